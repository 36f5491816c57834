import { given } from '../../src/core/json.ts';
import { nearest } from '../../src/core/nearest.ts';
import type { RebuildCommand } from '../../src/rebuild/model/command.ts';
import { farmersProblem } from './target.ts';
import { approveWords, asReason, confirmed, longestReason, unescaped } from './words.ts';

/** What somebody says to farmhand in a rebuild's thread. */
export type RebuildWords =
  | { readonly kind: 'command'; readonly command: RebuildCommand }
  | { readonly kind: 'status' | 'why' | 'help' }
  /** Meant for farmhand, and not understood. */
  | { readonly kind: 'unclear'; readonly problems: readonly string[]; readonly hint: string }
  /** People talking to each other. */
  | { readonly kind: 'chatter' };

const verbs = [
  'status',
  'scale',
  'pause',
  'resume',
  'cancel',
  'retry',
  'approve',
  'withdraw',
  'revoke',
  'why',
  'help',
] as const;
type Verb = (typeof verbs)[number];
const isVerb = (word: string): word is Verb => (verbs as readonly string[]).includes(word);

/** What can be said in a rebuild's thread, for the help and docs/commands.md. */
export const rebuildReplies: readonly { readonly usage: string; readonly does: string }[] = [
  { usage: 'status', does: 'how it stands' },
  { usage: 'scale 12', does: 'changes the number of farmers; because … may follow' },
  { usage: 'pause waiting for the customer', does: 'begins nothing new until it is resumed' },
  { usage: 'resume', does: 'goes on after a pause' },
  { usage: 'cancel because …', does: 'ends it and takes its farmers down' },
  { usage: 'retry', does: 'tries again the step that failed or waits' },
  {
    usage: 'approve',
    does: 'shows what somebody else asked for, to be approved with its button (or the code beside it)',
  },
  { usage: 'withdraw', does: 'takes back what you asked for and nobody has approved yet' },
  { usage: 'revoke', does: 'takes back your own approval, as long as nothing was begun on it' },
  { usage: 'why', does: 'its journal: who did what, when and why' },
  { usage: 'help', does: 'shows this' },
];

const hint =
  'I know: status, scale 12, pause …, resume, cancel because …, retry, approve, withdraw, revoke, why, help. For an override use its button.';
const sayWhy: Readonly<Record<'pause' | 'cancel', string>> = {
  pause: 'Like this: pause waiting for the customer',
  cancel: 'Like this: cancel because the customer called it off',
};

/**
 * Reads a reply. Unless farmhand is `addressed` (mentioned), only a text that is a command from its first to its last
 * word counts. “cancel that, I misread” is people talking: a cancel needs its “because”; a verb alone is asked back.
 */
export const parseRebuildWords = (text: string, addressed: boolean): RebuildWords => {
  const said = unescaped(text).trim();
  const [, word = '', rest = ''] = /^(\S*)([\s\S]*)$/.exec(said) ?? [];
  const verb = word.toLowerCase().replace(/[.!?:,]+$/, '');
  const after = rest.replace(/^[\s:,]+/, '').trim();
  if (verb === '') return { kind: addressed ? 'help' : 'chatter' };
  if (!isVerb(verb)) return addressed ? unknown(verb) : { kind: 'chatter' };
  const bare = after.replace(/^[.!?]+$/, '') === '';
  const words = read(verb, bare ? '' : after, addressed);
  return addressed || bare || words.kind === 'command' || isCommand(verb, after)
    ? words
    : { kind: 'chatter' };
};

/** A command that lacks something, or has it wrong, is answered like a verb alone; talk that begins with a verb is not. */
const isCommand = (verb: Verb, after: string): boolean => {
  switch (verb) {
    case 'scale':
      return /^(?:to\s+)?[-+]?\d[\d.,]*(?:\s+farmers?)?[\s,;:–—-]*(?:$|because\b)/i.test(after);
    case 'pause':
      return true;
    case 'cancel':
    case 'resume':
    case 'retry':
    case 'withdraw':
    case 'revoke':
      return /^(?:because\b|[-–—:])/i.test(after);
    default:
      return false;
  }
};

const read = (verb: Verb, after: string, addressed: boolean): RebuildWords => {
  const because = /^(?:because\b|[-–—:])/i.test(after);
  switch (verb) {
    case 'scale':
      return scale(after);
    case 'pause':
    case 'cancel': {
      if (verb === 'cancel' && after !== '' && !because && !addressed) return { kind: 'chatter' };
      const { reason, typed } = verb === 'cancel' ? confirmed(asReason(after)) : { reason: asReason(after) };
      const problems = reason === '' ? ['Say why, for whoever looks at it next.'] : tooLong(reason);
      if (problems.length > 0) return { kind: 'unclear', problems, hint: sayWhy[verb] };
      return { kind: 'command', command: { verb, reason, ...given({ typed }) } };
    }
    case 'resume':
    case 'retry':
    case 'withdraw':
    case 'revoke': {
      const reason = asReason(after);
      if (after !== '' && !because && !addressed) return { kind: 'chatter' };
      if (tooLong(reason).length > 0) return { kind: 'unclear', problems: tooLong(reason), hint };
      return { kind: 'command', command: { verb, ...(reason !== '' && { reason }) } };
    }
    case 'approve': {
      const command = approveWords(after);
      if (command) return { kind: 'command', command };
      return { kind: 'unclear', problems: [`“${after.slice(0, 60)}” is too much after ${verb}.`], hint };
    }
    case 'status':
    case 'why':
    case 'help':
      if (after === '') return { kind: verb };
      return { kind: 'unclear', problems: [`“${after.slice(0, 60)}” is too much after ${verb}.`], hint };
    default:
      return verb satisfies never;
  }
};

const scale = (after: string): RebuildWords => {
  const [, number, rest = ''] =
    /^(?:to\s+)?(\d+)(?:\s+farmers?)?(?=$|[\s.,;:–—-])([\s\S]*)$/i.exec(after) ?? [];
  const reason = asReason(rest.replace(/^[\s.,;:–—-]+/, ''));
  const because = reason === '' || /^[\s.,;:–—-]*because\b/i.test(rest);
  const problems = [
    ...farmersProblem(number ?? after),
    ...(because ? [] : ['After the number comes “because …”.']),
    ...tooLong(reason),
  ];
  if (problems.length > 0)
    return { kind: 'unclear', problems, hint: 'Like this: scale 12 because the ETA is too long' };
  return {
    kind: 'command',
    command: { verb: 'scale', farmers: Number(number), ...(reason !== '' && { reason }) },
  };
};

const tooLong = (reason: string): string[] =>
  reason.length > longestReason ? [`The reason is too long: ${longestReason} characters at most.`] : [];

const unknown = (verb: string): RebuildWords => {
  const meant = nearest(verb, verbs);
  const perhaps = meant === undefined ? '' : ` Did you mean “${meant}”?`;
  return { kind: 'unclear', problems: [`I don’t know “${verb.slice(0, 60)}”.${perhaps}`], hint };
};
