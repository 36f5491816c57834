import { z } from 'zod';
import { html, type Markup, nothing } from './html.ts';

const Node = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  attrs: z.record(z.string(), z.unknown()).optional(),
  content: z.array(z.unknown()).optional(),
  marks: z
    .array(z.looseObject({ type: z.string(), attrs: z.record(z.string(), z.unknown()).optional() }))
    .optional(),
});
type Node = z.infer<typeof Node>;

/** An ADF document as HTML. Text is text; a link is one only when it leads to an http(s) address. */
export const adfHtml = (value: unknown): Markup => {
  const node = Node.safeParse(value).data;
  if (!node) return nothing;
  if (node.type === 'text') return textOf(node);
  const inner = (node.content ?? []).map(adfHtml);
  switch (node.type) {
    case 'paragraph':
      return html`<p>${inner}</p>`;
    case 'heading':
      return html`<h3>${inner}</h3>`;
    case 'hardBreak':
      return html`<br>`;
    case 'bulletList':
      return html`<ul>${inner}</ul>`;
    case 'orderedList':
      return html`<ol>${inner}</ol>`;
    case 'listItem':
      return html`<li>${inner}</li>`;
    case 'codeBlock':
      return html`<pre>${inner}</pre>`;
    case 'blockquote':
      return html`<blockquote>${inner}</blockquote>`;
    case 'panel':
      return html`<div class="panel ${String(node.attrs?.['panelType'] ?? 'info')}">${inner}</div>`;
    case 'rule':
      return html`<hr>`;
    case 'table':
      return html`<div class="scroll"><table><tbody>${inner}</tbody></table></div>`;
    case 'tableRow':
      return html`<tr>${inner}</tr>`;
    case 'tableHeader':
      return html`<th>${inner}</th>`;
    case 'tableCell':
      return html`<td>${inner}</td>`;
    default:
      return html`${inner}`;
  }
};

const textOf = (node: Node): Markup =>
  (node.marks ?? []).reduce<Markup>(
    (inner, mark) => {
      switch (mark.type) {
        case 'strong':
          return html`<strong>${inner}</strong>`;
        case 'em':
          return html`<em>${inner}</em>`;
        case 'code':
          return html`<code>${inner}</code>`;
        case 'link':
          return linkTo(String(mark.attrs?.['href'] ?? ''), inner);
        default:
          return inner;
      }
    },
    html`${node.text ?? ''}`,
  );

/** `inner` as a link to an http(s) address in a new tab; as itself for any other. */
export const linkTo = (href: string, inner: Markup): Markup =>
  /^https?:\/\//i.test(href)
    ? html`<a href="${href}" target="_blank" rel="noopener noreferrer nofollow">${inner}</a>`
    : inner;
