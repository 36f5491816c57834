import type { types } from '@slack/bolt';
import { utc } from '../../src/core/utc.ts';

/** What stands on a line of rich text. */
export type Inline = types.RichTextElement;

const token = /(<[^<>\n]+>|`[^`\n]+`|\*[^*\n]+\*)/;
const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
const unescaped = (text: string): string => text.replace(/&(?:amp|lt|gt);/g, (one) => entities[one] ?? one);

interface Style {
  readonly bold?: boolean;
}

const word = (text: string, style: Style & { code?: boolean } = {}): Inline => ({
  type: 'text',
  text,
  ...(Object.keys(style).length > 0 && { style }),
});

/**
 * mrkdwn that went through `escape.ts` as rich text, so that both forms of a message say the same: bold, code, and the dates,
 * people, channels and links that farmhand itself wrote. Whatever else is text, and stays text.
 */
export const inlinesOf = (mrkdwn: string, style: Style = {}): Inline[] =>
  mrkdwn.split(token).flatMap((part): Inline[] => {
    if (part === '') return [];
    if (/^\*.+\*$/.test(part)) return inlinesOf(part.slice(1, -1), { bold: true });
    if (/^`.+`$/.test(part)) return [word(unescaped(part.slice(1, -1)), { ...style, code: true })];
    return [angled(part, style) ?? word(unescaped(part), style)];
  });

const angled = (part: string, style: Style): Inline | undefined => {
  const inner = /^<(.+)>$/.exec(part)?.[1];
  if (inner === undefined) return undefined;
  const [, seconds, format] = /^!date\^(\d+)\^([^|^]+)/.exec(inner) ?? [];
  if (seconds !== undefined && format !== undefined) {
    const timestamp = Number(seconds);
    return { type: 'date', timestamp, format, fallback: utc(timestamp * 1000) };
  }
  const [, sign, id = ''] = /^(@|#|!subteam\^)([A-Z0-9]+)/.exec(inner) ?? [];
  if (sign === '@') return { type: 'user', user_id: id };
  if (sign === '#') return { type: 'channel', channel_id: id };
  if (sign !== undefined) return { type: 'usergroup', usergroup_id: id };
  const [, url, label] = /^(https?:[^|]+)\|(.+)$/.exec(inner) ?? [];
  if (url === undefined || label === undefined) return undefined;
  const styled = style.bold ? { style: { bold: true } } : {};
  return { type: 'link', url: unescaped(url), text: unescaped(label), ...styled };
};

/** Characters as Slack counts them: what is written, not what a client makes of it. */
export const lengthOf = (inlines: readonly Inline[]): number =>
  inlines.reduce((sum, inline) => {
    if (inline.type === 'text') return sum + inline.text.length;
    return sum + (inline.type === 'link' ? (inline.text?.length ?? 0) + inline.url.length : 24);
  }, 0);

/** One paragraph of rich text; something, for Slack refuses an empty one. */
export const richText = (inlines: readonly Inline[]): types.RichTextBlock => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: inlines.length === 0 ? [word('–')] : [...inlines] }],
});
