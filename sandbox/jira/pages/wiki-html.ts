import type { Inline } from '../wiki/inline.ts';
import { readWiki, type WikiBlock } from '../wiki/read-wiki.ts';
import { linkTo } from './adf-html.ts';
import { html, type Markup } from './html.ts';

/** Wiki text as people see it in Jira. A macro or an image is shown by its source: nothing is run or loaded. */
export const wikiHtml = (text: string): Markup => html`${readWiki(text).map(blockOf)}`;

const blockOf = (block: WikiBlock): Markup => {
  switch (block.type) {
    case 'heading':
      return html`<h3>${inlines(block.content)}</h3>`;
    case 'quote':
      return html`<blockquote>${inlines(block.content)}</blockquote>`;
    case 'item':
      return html`<ul><li>${inlines(block.content)}</li></ul>`;
    case 'paragraph':
      return html`<p>${inlines(block.content)}</p>`;
    case 'rule':
      return html`<hr>`;
    case 'preformatted':
      return html`<pre>${block.text}</pre>`;
    case 'table':
      return html`<div class="scroll"><table><tbody>${block.rows.map(
        (row) =>
          html`<tr>${row.map(({ header, content }) => (header ? html`<th>${inlines(content)}</th>` : html`<td>${inlines(content)}</td>`))}</tr>`,
      )}</tbody></table></div>`;
    default:
      return block satisfies never;
  }
};

const inlines = (nodes: readonly Inline[]): Markup => html`${nodes.map(inlineOf)}`;

const inlineOf = (node: Inline): Markup => {
  switch (node.type) {
    case 'text':
      return html`${node.text}`;
    case 'break':
      return html`<br>`;
    case 'strong':
      return html`<strong>${inlines(node.content)}</strong>`;
    case 'em':
    case 'cite':
      return html`<em>${inlines(node.content)}</em>`;
    case 'code':
      return html`<code>${inlines(node.content)}</code>`;
    case 'del':
      return html`<del>${inlines(node.content)}</del>`;
    case 'ins':
      return html`<ins>${inlines(node.content)}</ins>`;
    case 'sup':
      return html`<sup>${inlines(node.content)}</sup>`;
    case 'sub':
      return html`<sub>${inlines(node.content)}</sub>`;
    case 'link':
      return linkTo(node.href, inlines(node.content));
    case 'mention':
      return html`<span class="chip">@${node.name}</span>`;
    case 'macro':
    case 'image':
    case 'smiley':
    case 'attachment':
      return html`<code class="chip">${node.raw}</code>`;
    default:
      return node satisfies never;
  }
};
