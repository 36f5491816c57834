import type { types } from '@slack/bolt';
import type { ModalView } from '../../../views/blocks.ts';
import type { ViewContext } from '../../../views/context.ts';
import { isAllowed } from '../../../views/links.ts';

/**
 * What Slack would refuse of a message, modal or App Home, and what of its markup is active without farmhand having written it.
 * Written from Slack's own documentation, on purpose without the limits of `views/limits.ts`.
 */
export const problemsOf = (
  rendered: { readonly text?: string; readonly blocks: readonly unknown[] } | ModalView | types.HomeView,
  ctx: ViewContext,
  trustedHosts: readonly string[] = [],
): string[] => {
  const found: string[] = [];
  const isView = 'type' in rendered;
  const blocks = rendered.blocks as readonly Node[];
  if (blocks.length === 0 || blocks.length > (isView ? 100 : 50)) found.push(`${blocks.length} blocks`);
  // Seen with messages; nobody saw it with App Home.
  const most = isView && rendered.type === 'home' ? 60_000 : 13_200;
  if (JSON.stringify(blocks.map(textsOf)).length > most) found.push('blocks too long in all');
  if (!isView) {
    const text = rendered.text ?? '';
    if (text.length === 0 || text.length > 4000) found.push(`text of ${text.length}`);
    found.push(...activeMarkup(text, ctx, trustedHosts));
  } else if (rendered.type === 'modal') {
    if (rendered.title.text.length > 24) found.push('modal title');
    if ((rendered.private_metadata ?? '').length > 3000) found.push('private_metadata');
  }
  const ids = blocks.flatMap((block) => block['block_id'] ?? []);
  if (new Set(ids).size !== ids.length) found.push('block_id twice');
  for (const block of blocks) found.push(...blockProblems(block, ctx, trustedHosts));
  return found;
};

type Node = { readonly [key: string]: unknown };

const blockProblems = (block: Node, ctx: ViewContext, hosts: readonly string[]): string[] => {
  const found: string[] = [];
  const limit = (what: string, value: unknown, max: number, min = 1): void => {
    const length = typeof value === 'string' ? value.length : -1;
    if (length < min || length > max) found.push(`${String(block['type'])} ${what}: ${length}`);
  };
  if (block['block_id'] !== undefined) limit('block_id', block['block_id'], 255);
  const text = (node: unknown, max: number): void => {
    const { type, text: value } = node as Node;
    limit('text', value, max);
    if (type === 'mrkdwn') found.push(...activeMarkup(String(value), ctx, hosts));
    if (/\p{Cc}/u.test(String(value).replaceAll('\n', ''))) found.push('control characters');
    if (/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(String(value))) found.push('bidirectional marks');
    if (!String(value).isWellFormed()) found.push('half a character');
  };
  const element = (node: Node): void => {
    limit('action_id', node['action_id'], 255);
    if (node['type'] === 'button') text(node['text'], 75);
    if (node['value'] !== undefined) limit('value', node['value'], 2000);
    if (node['url'] !== undefined) limit('url', node['url'], 3000);
    for (const option of (node['options'] ?? []) as Node[]) {
      text(option['text'], 75);
      limit('option', option['value'], 75);
    }
    if (node['placeholder']) text(node['placeholder'], 150);
  };
  const elements = (block['elements'] ?? []) as Node[];
  switch (block['type']) {
    case 'section':
      text(block['text'], 3000);
      if (block['accessory']) element(block['accessory'] as Node);
      break;
    case 'context':
      if (elements.length === 0 || elements.length > 10) found.push('context elements');
      for (const node of elements) text(node, 3000);
      break;
    case 'actions':
      if (elements.length === 0 || elements.length > 25) found.push('actions elements');
      if (new Set(elements.map((node) => node['action_id'])).size !== elements.length)
        found.push('action_id twice');
      for (const node of elements) element(node);
      break;
    case 'input':
      text(block['label'], 2000);
      if (block['hint']) text(block['hint'], 2000);
      element(block['element'] as Node);
      break;
    case 'divider':
      break;
    default:
      found.push(`unknown block ${String(block['type'])}`);
  }
  return found;
};

/** Every `<…>` must be one that only farmhand writes: a date, a person, a channel, or a link to a host it may link. */
const activeMarkup = (text: string, ctx: ViewContext, hosts: readonly string[]): string[] => {
  const found: string[] = [];
  for (const [whole, inner] of text.matchAll(/<([^<>]*)>/g)) {
    if (/^!date\^\d{1,12}\^[{}a-z_ ]+\|[\d-]{10,13} \d\d:\d\d UTC$/.test(inner as string)) continue;
    if (/^[@#][A-Z0-9]+$/.test(inner as string)) continue;
    const link = /^(https?:[^|<>\s]+)\|[^|<>\n]+$/.exec(inner as string);
    const url = link?.[1]?.replaceAll('&amp;', '&');
    if (url !== undefined && isAllowed(url, [...ctx.allowedHosts, ...hosts])) continue;
    found.push(`active: ${whole}`);
  }
  if (/[<>]/.test(text.replace(/<[^<>]*>/g, ''))) found.push('a bare angle bracket');
  if (/&(?!(amp|lt|gt);)/.test(text)) found.push('a bare ampersand');
  return found;
};

const textsOf = (node: unknown): unknown => {
  if (typeof node !== 'object' || node === null) return undefined;
  if (Array.isArray(node)) return node.map(textsOf);
  const { text, ...rest } = node as Node;
  return [typeof text === 'string' ? text : textsOf(text), ...Object.values(rest).map(textsOf)];
};
