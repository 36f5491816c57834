import { z } from 'zod';

/**
 * The structure of the Atlassian Document Format, as Jira checks it before it answers `INVALID_INPUT`: which node
 * may hold which, what attributes it must have, and which marks a text may carry. Nodes that Jira knows and nobody
 * here writes (media, cards, layouts …) are left out: a document that has one is refused.
 */
const anyMark = ['strong', 'em', 'strike', 'code', 'underline', 'link', 'textColor', 'subsup'];
const inline = ['text', 'hardBreak', 'mention', 'emoji', 'inlineCard', 'date', 'status'];
const blocks = [
  'paragraph',
  'bulletList',
  'orderedList',
  'codeBlock',
  'blockquote',
  'panel',
  'rule',
  'heading',
];

interface Rule {
  readonly content?: readonly string[];
  readonly min?: number;
  readonly attrs?: z.ZodType;
}

const cell: Rule = {
  content: blocks,
  min: 1,
  attrs: z
    .strictObject({
      colspan: z.int().optional(),
      rowspan: z.int().optional(),
      background: z.string().optional(),
      colwidth: z.array(z.int()).optional(),
    })
    .optional(),
};

const localId = z.string().optional();
const rules: Readonly<Record<string, Rule>> = {
  doc: { content: [...blocks, 'table'] },
  paragraph: { content: inline, attrs: z.strictObject({ localId }).optional() },
  heading: { content: inline, attrs: z.strictObject({ level: z.int().min(1).max(6), localId }) },
  bulletList: { content: ['listItem'], min: 1 },
  orderedList: {
    content: ['listItem'],
    min: 1,
    attrs: z.strictObject({ order: z.int().min(0) }).optional(),
  },
  listItem: { content: ['paragraph', 'bulletList', 'orderedList', 'codeBlock'], min: 1 },
  codeBlock: { content: ['text'], attrs: z.strictObject({ language: z.string().optional() }).optional() },
  blockquote: { content: ['paragraph'], min: 1 },
  panel: {
    content: ['paragraph', 'heading', 'bulletList', 'orderedList'],
    min: 1,
    attrs: z.strictObject({ panelType: z.enum(['info', 'note', 'tip', 'warning', 'error', 'success']) }),
  },
  rule: {},
  table: {
    content: ['tableRow'],
    min: 1,
    attrs: z
      .strictObject({
        isNumberColumnEnabled: z.boolean().optional(),
        layout: z.enum(['default', 'wide', 'full-width', 'center', 'align-start', 'align-end']).optional(),
        width: z.number().optional(),
        localId,
      })
      .optional(),
  },
  tableRow: { content: ['tableCell', 'tableHeader'] },
  tableCell: cell,
  tableHeader: cell,
  hardBreak: { attrs: z.strictObject({ text: z.literal('\n').optional() }).optional() },
  mention: { attrs: z.looseObject({ id: z.string() }) },
  emoji: { attrs: z.looseObject({ shortName: z.string() }) },
  inlineCard: { attrs: z.strictObject({ url: z.url() }) },
  date: { attrs: z.strictObject({ timestamp: z.string() }) },
  status: { attrs: z.looseObject({ text: z.string(), color: z.string() }) },
};

const Node = z.strictObject({
  type: z.string(),
  content: z.array(z.unknown()).optional(),
  attrs: z.unknown().optional(),
  marks: z.array(z.unknown()).optional(),
  text: z.unknown().optional(),
  version: z.unknown().optional(),
});
const Mark = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('link'),
    attrs: z.looseObject({ href: z.string().regex(/^(https?|mailto|ftp):/i) }),
  }),
  z.looseObject({ type: z.enum(['strong', 'em', 'strike', 'code', 'underline']) }),
  z.strictObject({
    type: z.literal('textColor'),
    attrs: z.strictObject({ color: z.string().regex(/^#[0-9a-f]{6}$/) }),
  }),
  z.strictObject({
    type: z.literal('subsup'),
    attrs: z.strictObject({ type: z.enum(['sub', 'sup']) }),
  }),
]);

/** What is wrong with `value` as a document, the first thing found; undefined when nothing is. */
export const adfProblem = (value: unknown): string | undefined => {
  const parsed = Node.safeParse(value);
  if (!parsed.success || parsed.data.type !== 'doc') return 'the root is not a doc';
  if (parsed.data.version !== 1) return 'version is not 1';
  return nodeProblem({ ...parsed.data, version: undefined }, 'doc');
};

const nodeProblem = (value: unknown, path: string): string | undefined => {
  const parsed = Node.safeParse(value);
  if (!parsed.success) return `${path}: ${parsed.error.issues[0]?.message ?? 'not a node'}`;
  const node = parsed.data;
  if (node.version !== undefined) return `${path}: version belongs to the root`;
  if (node.type === 'text') return textProblem(node, path);
  const rule = rules[node.type];
  if (!rule) return `${path}: unknown node ${node.type}`;
  if (node.text !== undefined || (node.marks?.length ?? 0) > 0) return `${path}: no text or marks here`;
  const attrs = (rule.attrs ?? z.undefined()).safeParse(node.attrs);
  if (!attrs.success) return `${path}: attrs of ${node.type}`;
  const content = node.content ?? [];
  if (content.length < (rule.min ?? 0)) return `${path}: ${node.type} is empty`;
  if (content.length > 0 && !rule.content) return `${path}: ${node.type} holds nothing`;
  for (const [index, child] of content.entries()) {
    const at = `${path}.content[${index}]`;
    const type = Node.safeParse(child).data?.type;
    if (type !== undefined && !rule.content?.includes(type)) {
      return `${at}: ${type} is not allowed in ${node.type}`;
    }
    const marked = Node.safeParse(child).data?.marks?.length ?? 0;
    if (node.type === 'codeBlock' && marked > 0) return `${at}: no marks in codeBlock`;
    const problem = nodeProblem(child, at);
    if (problem !== undefined) return problem;
  }
  return undefined;
};

const textProblem = (node: z.infer<typeof Node>, path: string): string | undefined => {
  if (typeof node.text !== 'string' || node.text === '') return `${path}: a text node needs text`;
  if (node.content !== undefined || node.attrs !== undefined) return `${path}: text holds text only`;
  const bad = (node.marks ?? []).findIndex((mark) => {
    const parsed = Mark.safeParse(mark);
    return !parsed.success || !anyMark.includes(parsed.data.type);
  });
  if (bad >= 0) return `${path}.marks[${bad}]: not a mark`;
  const types = (node.marks ?? []).map((mark) => Mark.safeParse(mark).data?.type);
  // By @atlaskit/adf-schema 57.7: `code_inline` goes with a link, and with nothing that formats.
  const beside = types.find((type) => type !== 'code' && type !== 'link');
  return types.includes('code') && beside ? `${path}: code does not go with ${beside}` : undefined;
};
