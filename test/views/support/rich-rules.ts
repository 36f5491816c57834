import { refuse } from '../../../sandbox/slack/blocks/checks.ts';
import type { Message } from '../../../views/blocks.ts';
import type { ViewContext } from '../../../views/context.ts';
import { isAllowed } from '../../../views/links.ts';
import { problemsOf } from './slack-rules.ts';

type Node = { readonly [key: string]: unknown };
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/**
 * What Slack would refuse of a message's newer form (the sandbox's checks, written from Slack's reference), what of it is active
 * without farmhand having written it, and where its two forms are not the same to whoever answers a click.
 */
export const richProblemsOf = (
  message: Message,
  ctx: ViewContext,
  trustedHosts: readonly string[] = [],
): string[] => {
  const { text, blocks, rich } = message;
  if (rich === undefined) return [];
  const found: string[] = [];
  const refusal = refuse('chat.postMessage', { channel: 'C1', text, blocks: rich });
  if (refusal) found.push(refusal.error, ...(refusal.messages ?? []));
  const known = rich.filter(({ type }) => classic.has(type));
  found.push(...problemsOf({ text, blocks: known }, ctx, trustedHosts));
  walk(rich, (node) => {
    const { type, url, text: says, user_id: user } = node;
    if (type === 'link' && !isAllowed(String(url), [...ctx.allowedHosts, ...trustedHosts])) {
      found.push(`active: ${String(url)}`);
    }
    if (type === 'user' && !/^[UW][A-Z0-9]+$/.test(String(user))) found.push(`no person: ${String(user)}`);
    if (type === 'broadcast' || type === 'emoji') found.push(`active: ${type}`);
    if (type === 'text' && /[\u200e\u200f\u202a-\u202e\u2066-\u2069]|(?!\n)\p{Cc}/u.test(String(says))) {
      found.push('control characters');
    }
    if (typeof says === 'string' && !says.isWellFormed()) found.push('half a character');
  });
  const [first] = blocks;
  if (first?.block_id !== rich[0]?.block_id) found.push('another first block_id');
  if (actionsOf(blocks).join() !== actionsOf(rich).join()) found.push('other actions');
  return found;
};

const classic: ReadonlySet<string> = new Set(['section', 'context', 'actions', 'divider']);

const walk = (value: unknown, look: (node: Node) => void): void => {
  if (Array.isArray(value)) for (const item of value) walk(item, look);
  else if (isNode(value)) {
    look(value);
    for (const inner of Object.values(value)) walk(inner, look);
  }
};

const actionsOf = (blocks: unknown): readonly string[] => {
  const ids: string[] = [];
  walk(blocks, (node) => {
    if (typeof node['action_id'] === 'string') ids.push(`${node['action_id']} ${String(node['value'])}`);
  });
  return ids;
};

/** What a person reads: tables with ` | ` between cells, a task a line, a chart as its title and its last values. */
export const readableRich = (blocks: readonly unknown[]): string[] =>
  blocks.flatMap((block) => (isNode(block) ? readers[String(block['type'])]?.(block) : undefined) ?? []);

const nodes = (value: unknown): readonly Node[] => (Array.isArray(value) ? value.filter(isNode) : []);

const inline = (node: Node): string => {
  if (node['type'] === 'date') return String(node['fallback']).replace(' UTC', '');
  if (node['type'] === 'user') return `<@${String(node['user_id'])}>`;
  return String(node['text']);
};
const rich = (value: unknown): string =>
  isNode(value)
    ? nodes(value['elements'])
        .flatMap((part) => nodes(part['elements']).map(inline))
        .join('')
    : '';

const cell = (node: Node): string => (node['type'] === 'rich_text' ? rich(node) : String(node['text']));

const readers: Readonly<Record<string, (block: Node) => readonly string[]>> = {
  data_table: ({ rows }) => (Array.isArray(rows) ? rows : []).map((row) => nodes(row).map(cell).join(' | ')),
  plan: ({ title, tasks }) => [
    String(title),
    ...nodes(tasks).map(({ status, title: name, details }) =>
      [`${String(status)}: ${String(name)}`, rich(details)].filter(Boolean).join(' – '),
    ),
  ],
  data_visualization: ({ title, chart }) => [
    `${String(title)}: ${nodes(isNode(chart) ? chart['series'] : [])
      .map(({ name, data }) => `${String(name)} ${String(nodes(data).at(-1)?.['value'])}`)
      .join(', ')}`,
  ],
  container: ({ title, default_collapsed: folded, child_blocks: children }) => [
    `${folded ? '▸' : '▾'} ${isNode(title) ? String(title['text']) : ''}`,
    ...nodes(children).flatMap(({ text }) => (isNode(text) ? String(text['text']).split('\n') : [])),
  ],
};
