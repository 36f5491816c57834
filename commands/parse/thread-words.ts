import type { AlertCommand } from '../../src/alerts/model/command.ts';
import { nearest } from '../../src/core/nearest.ts';
import { longestNote } from '../../src/core/text.ts';
import { leadingDuration } from './duration.ts';
import { longestReason, unescaped } from './words.ts';

/** What somebody says to farmhand in an alert's thread. */
export type ThreadWords =
  | { readonly kind: 'command'; readonly command: AlertCommand }
  /** `user`: a Slack id; absent: whoever says it. */
  | { readonly kind: 'assign'; readonly user?: string }
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

const hint =
  'I know: status, ack, unack, assign @somebody, note: …, silence 2h because …, ticket, why, help.';

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
  const [, word = '', rest = ''] = /^(silence|assign|note)(?=$|[\s.!?:])([\s\S]*)$/i.exec(said) ?? [];
  const longer = withRest.get(word.toLowerCase());
  const words = longer ? longer.parse(rest) : unknown(bare);
  const begins = words.kind !== 'unclear' || longer?.begun.test(rest) === true;
  const meant = begins && longer?.talk?.test(rest) !== true;
  if (!addressed && meant && longer?.doubt?.test(rest)) return longer.asks ?? words;
  return addressed || meant ? words : { kind: 'chatter' };
};

/**
 * What follows `silence` where somebody has begun to ask for one: nothing, how long, or why. What lacks its other part
 * is asked back; “silence is golden” is people talking.
 */
const begun =
  /^\s*(?:[.!?]*$|because\b|(?:\d{1,6}(?:\.\d{1,3})?\s*[a-z]{0,12}[\s,]*){1,4}(?:[.!?]*$|because\b|[-–—:,]))/i;

/** To whom, as Slack writes a mention; it ends there. */
const parseAssign = (rest: string): ThreadWords => {
  const [, user, me] =
    /^\s*(?:to\s+)?(?:<@([UW][A-Z0-9]{2,20})(?:\|[^>]*)?>|(me))\s*[.!]*$/i.exec(rest) ?? [];
  if (me !== undefined) return { kind: 'assign' };
  if (user !== undefined) return { kind: 'assign', user };
  return {
    kind: 'unclear',
    problems: [
      rest.includes('<!subteam^')
        ? 'A group of people cannot have an alert: name one person.'
        : 'Say to whom, as a mention: type @ and choose one person.',
    ],
    hint: 'Like this: assign @somebody, or assign me',
  };
};

/** What stays on the first message, as it was written, but for Slack's own marks around links and people. */
const parseNote = (rest: string): ThreadWords => {
  const text = rest
    .replace(/^[\s:]+/, '')
    .replace(/<((?:https?|mailto):[^|>\s]+)(?:\|[^>]*)?>/g, '$1')
    .replace(/<([@#][A-Z0-9]+)(?:\|[^>]*)?>/g, '$1')
    .trim();
  if (/^clear[.!]*$/i.test(text)) return { kind: 'command', command: { verb: 'clear_note' } };
  const hint = 'Like this: note: the vendor works on it, case 4711. note clear takes it away.';
  if (!/[\p{L}\p{N}]/u.test(text)) {
    return { kind: 'unclear', problems: ['Say what the note is to say.'], hint };
  }
  if (text.length > longestNote) {
    const problem = `The note is too long: ${longestNote} characters at most, and this has ${text.length}.`;
    return { kind: 'unclear', problems: [problem], hint };
  }
  return { kind: 'command', command: { verb: 'note', text } };
};

/** Nothing, or one name that Slack made no mention of, or a user group. */
const begunToAssign = /^\s*(?:[.!?]*|(?:to\s+)?(?:@\S+|<!subteam\^[^>]*>)\s*[.!?]*)$/i;

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

/** With a colon it is a note whatever follows; without one a sentence that may as well be said to people is none. */
const notesInTalk = {
  talk: /^\s+(?:that|to self|how|also)\b/i,
  doubt:
    /^\s+(?:(?:an?|the|this|these|those|it|its|if|for|from|on|in|of|is|was|there|we|you|i|he|she|they|our|your|my|please|well|when|what|why|where|who|and|about|with|before|after|until|to)\b|[\s\S]*\?\s*$)/i,
  asks: {
    kind: 'unclear',
    problems: ['That may be meant for people here, so no note was put on the first message.'],
    hint: 'To put it there, say note: with a colon, like this: note: the vendor works on it, case 4711',
  },
} as const satisfies { talk: RegExp; doubt: RegExp; asks: ThreadWords };

/** Words after which more is said: whether that is a command, or has at least begun to be one. */
const withRest: ReadonlyMap<
  string,
  {
    readonly parse: (rest: string) => ThreadWords;
    readonly begun: RegExp;
    /** What people say to each other, however much it looks like a command. */
    readonly talk?: RegExp;
    /** What may be either: only whoever said it is asked back, and nothing is done. */
    readonly doubt?: RegExp;
    readonly asks?: ThreadWords;
  }
> = new Map([
  ['silence', { parse: parseSilence, begun }],
  ['assign', { parse: parseAssign, begun: begunToAssign }],
  ['note', { parse: parseNote, begun: /^/, ...notesInTalk }],
]);

const unknown = (bare: string): ThreadWords => {
  const first = bare.split(' ')[0] ?? bare;
  const meant = nearest(bare, [...known.keys()]) ?? nearest(first, [...known.keys(), ...withRest.keys()]);
  const perhaps = meant === undefined ? '' : ` Did you mean “${meant}”?`;
  return { kind: 'unclear', problems: [`I don’t know “${bare.slice(0, 80)}”.${perhaps}`], hint };
};

/** The text without the mention it begins with; undefined when it does not begin with one of `botUserId`. */
export const afterMention = (text: string, botUserId: string | undefined): string | undefined => {
  const match = /^\s*<@([A-Z0-9]+)(?:\|[^>]*)?>[\s,:]*/.exec(text);
  return match && botUserId !== undefined && match[1] === botUserId ? text.slice(match[0].length) : undefined;
};
