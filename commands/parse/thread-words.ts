import type { AlertCommand } from '../../src/alerts/model/command.ts';
import { nearest } from '../../src/core/nearest.ts';
import { leadingDuration } from './duration.ts';
import { longestReason, unescaped } from './words.ts';

/** What somebody says to farmhand in an alert's thread. */
export type ThreadWords =
  | { readonly kind: 'command'; readonly command: AlertCommand }
  | { readonly kind: 'status' | 'why' }
  | { readonly kind: 'help' }
  /** Meant for farmhand, and not understood. */
  | { readonly kind: 'unclear'; readonly problems: readonly string[]; readonly hint: string }
  /** People talking to each other. */
  | { readonly kind: 'chatter' };

const acknowledge: ThreadWords = { kind: 'command', command: { verb: 'acknowledge' } };
const unacknowledge: ThreadWords = { kind: 'command', command: { verb: 'unacknowledge' } };
const ticket: ThreadWords = { kind: 'command', command: { verb: 'ticket' } };
const known: ReadonlyMap<string, ThreadWords> = new Map<string, ThreadWords>([
  ['status', { kind: 'status' }],
  ['ack', acknowledge],
  ['acknowledge', acknowledge],
  ['unack', unacknowledge],
  ['unacknowledge', unacknowledge],
  ['ticket', ticket],
  ['raise ticket', ticket],
  ['why', { kind: 'why' }],
  ['help', { kind: 'help' }],
]);

const hint = 'I know: status, ack, unack, silence 2h because …, ticket, why, help.';

/**
 * Reads a reply. Unless farmhand is `addressed` (mentioned), only a text that is a command from its first to its
 * last word counts, or a silence that lacks something: everything else is people talking, and none of its business.
 */
export const parseThreadWords = (text: string, addressed: boolean): ThreadWords => {
  const said = unescaped(text).trim();
  const bare = said
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/[.!?]+$/, '')
    .trim();
  if (bare === '') return { kind: addressed ? 'help' : 'chatter' };
  const whole = known.get(bare);
  if (whole) return whole;
  const silence = /^silence(?=$|[\s.!?])([\s\S]*)$/i.exec(said);
  const words = silence ? parseSilence(silence[1] as string) : unknown(bare);
  const meant = words.kind === 'command' || (silence !== null && begun.test(silence[1] as string));
  return addressed || meant ? words : { kind: 'chatter' };
};

/**
 * What follows `silence` where somebody has begun to ask for one: nothing, how long, or why. What lacks its other part
 * is asked back; “silence is golden” is people talking.
 */
const begun =
  /^\s*(?:[.!?]*$|because\b|(?:\d{1,6}(?:\.\d{1,3})?\s*[a-z]{0,12}[\s,]*){1,4}(?:[.!?]*$|because\b|[-–—:,]))/i;

const parseSilence = (rest: string): ThreadWords => {
  const duration = leadingDuration(rest);
  const because = /(?:^|\s)because\b([\s\S]*)$/i.exec(duration.ok ? ` ${duration.rest}` : rest);
  const reason = because?.[1]?.replace(/^[\s:,]+/, '').trim() ?? '';
  const problems = [
    ...(duration.ok ? [] : [duration.problem]),
    ...(duration.ok && !/^(because\b|$)/i.test(duration.rest.trim())
      ? ['After the duration comes “because …”.']
      : []),
    ...(reason === '' ? ['Say why, for the next person on call.'] : []),
    ...(reason.length > longestReason
      ? [`The reason is too long: ${longestReason} characters at most.`]
      : []),
  ];
  if (!duration.ok || problems.length > 0) {
    return { kind: 'unclear', problems, hint: 'Like this: silence 2h because the node is being replaced' };
  }
  return { kind: 'command', command: { verb: 'silence', durationMs: duration.ms, reason } };
};

const unknown = (bare: string): ThreadWords => {
  const first = bare.split(' ')[0] ?? bare;
  const meant = nearest(bare, [...known.keys()]) ?? nearest(first, [...known.keys(), 'silence']);
  const perhaps = meant === undefined ? '' : ` Did you mean “${meant}”?`;
  return { kind: 'unclear', problems: [`I don’t know “${bare.slice(0, 80)}”.${perhaps}`], hint };
};

/** The text without the mention it begins with; undefined when it does not begin with one of `botUserId`. */
export const afterMention = (text: string, botUserId: string | undefined): string | undefined => {
  const match = /^\s*<@([A-Z0-9]+)(?:\|[^>]*)?>[\s,:]*/.exec(text);
  return match && botUserId !== undefined && match[1] === botUserId ? text.slice(match[0].length) : undefined;
};
