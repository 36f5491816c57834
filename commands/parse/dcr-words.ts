import { given } from '../../src/core/json.ts';
import { nearest } from '../../src/core/nearest.ts';
import type { RebuildCommand, StartRequest } from '../../src/rebuild/model/command.ts';
import {
  asksForHelp,
  type DcrVerb,
  dcrVerbs,
  isDcrVerb,
  otherWords,
  saidInstead,
  usageOf,
} from './dcr-usage.ts';
import { freezeWords, type SaidFreeze } from './freeze-words.ts';
import { parseRequest } from './request-words.ts';
import { farmersProblem, instanceNamed, isRebuildId, targetProblem, tidyTarget } from './target.ts';
import { approveWords, asReason, confirmed, longestReason, unescaped, type Word, wordsOf } from './words.ts';

export type DcrWords =
  | { readonly kind: 'start' | 'plan'; readonly request: StartRequest }
  /** `/dcr start` alone. */
  | { readonly kind: 'form' }
  /** `target`: the name of an instance, or a rebuild’s id. */
  | { readonly kind: 'command'; readonly target: string; readonly command: RebuildCommand }
  | { readonly kind: 'override'; readonly target: string }
  | { readonly kind: 'history' | 'doctor'; readonly target: string }
  | { readonly kind: 'status' | 'whoami'; readonly target?: string }
  /** `thread`: the pack goes to everybody in the thread of the rebuild, and not to the asker alone. */
  | { readonly kind: 'audit'; readonly target: string; readonly thread: boolean }
  | { readonly kind: 'list' }
  | ({ readonly kind: 'freeze' } & SaidFreeze)
  | { readonly kind: 'thaw'; readonly place: string; readonly reason: string }
  /** A lost rebuild is over. */
  | { readonly kind: 'recovery'; readonly target: string; readonly why: string }
  /** `of`: how one of the words is said; without it, all there is. */
  | { readonly kind: 'help'; readonly of?: DcrVerb }
  /** Every problem at once. `usage`: how it is said right. */
  | { readonly kind: 'unclear'; readonly problems: readonly string[]; readonly usage: string };

/** Reads what follows `/dcr`. Nothing is guessed: what is not understood is refused, with the usage. */
export const parseDcrWords = (raw: string): DcrWords => {
  const text = unescaped(raw);
  const [first, ...words] = wordsOf(text);
  if (first === undefined) return { kind: 'help' };
  const verb = first.text.toLowerCase();
  if (asksForHelp(verb)) return help(words);
  if (!isDcrVerb(verb)) return unknownVerb(verb);
  if (words.length === 1 && asksForHelp(words[0]?.text ?? '')) return { kind: 'help', of: verb };
  switch (verb) {
    case 'start':
      if (words.length === 0) return { kind: 'form' };
      return request('start', text, words);
    case 'plan':
      return request('plan', text, words);
    case 'scale':
      return scale(text, words);
    case 'pause':
      return targeted(verb, text, words, (reason) =>
        reason === '' ? 'Say why, for whoever looks at it next.' : { verb, reason },
      );
    case 'cancel':
      return targeted(verb, text, words, (said) => {
        const { reason, typed } = confirmed(said);
        return reason === ''
          ? 'Say why, for whoever looks at it next.'
          : { verb, reason, ...given({ typed }) };
      });
    case 'break-glass':
      return targeted(verb, text, words, (reason) =>
        reason === '' ? 'Say why: everybody will read it.' : { verb: 'break_glass', reason },
      );
    case 'review':
      return targeted(verb, text, words, (rest) => {
        const objects = /^objected\b[:,]?\s*/i.exec(rest)?.[0];
        const says = rest.slice(objects?.length ?? 0);
        if (says === '') return 'Say what you found: auditors will read it.';
        return { verb, says, verdict: objects === undefined ? 'in_order' : 'objected' };
      });
    case 'resume':
    case 'retry':
    case 'withdraw':
    case 'revoke':
      return targeted(verb, text, words, (reason) => ({ verb, ...(reason !== '' && { reason }) }));
    case 'approve':
      return targeted(verb, text, words, (rest) => approveWords(rest) ?? tooMuch(rest));
    case 'override':
      return override(words);
    case 'history':
    case 'doctor':
      return alone(verb, words);
    case 'status':
    case 'whoami':
      return words.length === 0 ? { kind: verb } : alone(verb, words);
    case 'audit':
      return audit(words);
    case 'recovery':
      return recovery(text, words);
    case 'freeze':
      return freeze(text, words);
    case 'thaw':
      return thaw(text, words);
    case 'list':
      return words.length === 0
        ? { kind: verb }
        : unclear(
            verb,
            words.map(({ text: word }) => tooMuch(word)),
          );
    case 'help':
      return help(words);
    default:
      return verb satisfies never;
  }
};

/** Of one word, when it is one that can be explained; a word that is not known is told, not passed over. */
const help = (words: readonly Word[]): DcrWords => {
  const [word, ...more] = words.map(({ text }) => text.toLowerCase().replace(/^\/?dcr$/, ''));
  if (word === undefined || word === '' || asksForHelp(word)) return { kind: 'help' };
  if (!isDcrVerb(word)) return unknownVerb(word);
  return more.length === 0
    ? { kind: 'help', of: word }
    : unclear(
        'help',
        more.map((rest) => tooMuch(rest)),
      );
};

/** What to override is asked in a form: there is more to it than fits into a line. */
const override = (words: readonly Word[]): DcrWords => {
  const [target, ...more] = words;
  if (more.length === 0 || targetProblem(target?.text).length > 0 || !target) return alone('override', words);
  const rest = more.map(({ text }) => text).join(' ');
  return {
    kind: 'unclear',
    problems: [
      `“${rest.slice(0, 60)}” is too much here: the command opens a form, which asks what to override, and why.`,
    ],
    usage: `/dcr override ${tidyTarget(target.text)}`,
  };
};

const unknownVerb = (word: string): DcrWords => {
  const meant = meantBy(word);
  const perhaps = meant === undefined ? '' : ` Did you mean “${meant}”?`;
  const instead = Object.hasOwn(saidInstead, word) ? ` ${saidInstead[word]}` : '';
  return {
    kind: 'unclear',
    problems: [`I don’t know “${word.slice(0, 60)}”.${perhaps}${instead}`],
    usage: meant === undefined ? `/dcr ${Object.keys(dcrVerbs).join(' | ')}` : usageOf(meant),
  };
};

const meantBy = (word: string): DcrVerb | undefined => {
  if (Object.hasOwn(otherWords, word)) return otherWords[word];
  const near = nearest(word, Object.keys(dcrVerbs));
  return near !== undefined && isDcrVerb(near) ? near : undefined;
};

const request = (kind: 'start' | 'plan', text: string, words: readonly Word[]): DcrWords => {
  const read = parseRequest(text, words);
  return read.ok ? { kind, request: read.request } : unclear(kind, read.problems);
};

/** The number and the instance in either order, then the reason. */
const scale = (text: string, words: readonly Word[]): DcrWords => {
  const rest = words.filter(({ text: word }, i) => !(i < 3 && word.toLowerCase() === 'to'));
  const at = rest.slice(0, 2).findIndex(({ text: word }) => /^\d+$/.test(word));
  const number = at < 0 ? undefined : rest[at];
  const target = number === undefined ? rest[0] : rest.slice(0, 2).find((_, i) => i !== at);
  const last = rest[target === undefined || number === undefined ? Math.min(rest.length, 2) - 1 : 1];
  const reason = last ? asReason(text.slice(last.end)) : '';
  const strange = number === undefined ? rest[1]?.text : undefined;
  const problems = [
    ...targetProblem(target?.text),
    ...(number === undefined ? farmersProblem(strange ?? '') : farmersProblem(number.text)),
    ...reasonProblem(reason),
  ];
  if (problems.length > 0 || !target || !number) return unclear('scale', problems);
  const farmers = Number(number.text);
  return {
    kind: 'command',
    target: tidyTarget(target.text),
    command: { verb: 'scale', farmers, ...(reason !== '' && { reason }) },
  };
};

const targeted = (
  verb: DcrVerb,
  text: string,
  words: readonly Word[],
  commandOf: (reason: string) => RebuildCommand | string,
): DcrWords => {
  const [target] = words;
  const reason = target ? asReason(text.slice(target.end)) : '';
  const command = commandOf(reason);
  const problems = [
    ...targetProblem(target?.text),
    ...(typeof command === 'string' ? [command] : []),
    ...reasonProblem(reason),
  ];
  if (problems.length > 0 || !target || typeof command === 'string') return unclear(verb, problems);
  return { kind: 'command', target: tidyTarget(target.text), command };
};

/** `done` is all that can be said of a recovery: the rest follows from it. */
const recovery = (text: string, words: readonly Word[]): DcrWords => {
  const [done, target] = words;
  const why = target ? asReason(text.slice(target.end)) : '';
  const said = done?.text.toLowerCase() === 'done';
  const problems = [
    ...(said ? [] : ['Say “done”: that the rebuild is over.']),
    ...(said ? targetProblem(target?.text) : []),
    ...reasonProblem(why),
  ];
  if (problems.length > 0 || !target) return unclear('recovery', problems);
  return { kind: 'recovery', target: tidyTarget(target.text), why };
};

/** An end of its own may stand before the reason or after it; `all` is every instance. */
const freeze = (text: string, words: readonly Word[]): DcrWords => {
  const [target] = words;
  const said = freezeWords(target ? asReason(text.slice(target.end)) : '');
  const reason = said.ok ? asReason(said.reason) : '';
  const problems = [
    ...placeProblem(target?.text),
    ...(said.ok ? [] : [said.problem]),
    ...(said.ok && reason === '' ? ['Say why: everybody whom it stops will read it.'] : []),
    ...reasonProblem(reason),
  ];
  if (problems.length > 0 || !target || !said.ok) return unclear('freeze', problems);
  return { kind: 'freeze', place: tidyTarget(target.text), reason, ...(said.end && { end: said.end }) };
};

const thaw = (text: string, words: readonly Word[]): DcrWords => {
  const [target] = words;
  const reason = target ? asReason(text.slice(target.end)) : '';
  const problems = [...placeProblem(target?.text), ...reasonProblem(reason)];
  if (problems.length > 0 || !target) return unclear('thaw', problems);
  return { kind: 'thaw', place: tidyTarget(target.text), reason };
};

const placeProblem = (word: string | undefined): string[] => {
  if (word === undefined) return ['Say which instance, or all.'];
  const place = tidyTarget(word);
  if (isRebuildId(place)) {
    return [`“${place}” is a rebuild. An instance is frozen, or all: ${instanceNamed(place)}.`];
  }
  return targetProblem(word);
};

const audit = (words: readonly Word[]): DcrWords => {
  const [target, where, ...more] = words;
  const thread = where?.text.toLowerCase() === 'thread';
  const strange = where === undefined || thread ? more : [where, ...more];
  const problems = [...targetProblem(target?.text), ...strange.map(({ text }) => tooMuch(text))];
  if (problems.length > 0 || !target) return unclear('audit', problems);
  return { kind: 'audit', target: tidyTarget(target.text), thread };
};

const alone = (
  kind: 'override' | 'history' | 'doctor' | 'status' | 'whoami',
  words: readonly Word[],
): DcrWords => {
  const [target, ...more] = words;
  const problems = [...targetProblem(target?.text), ...more.map(({ text }) => tooMuch(text))];
  if (problems.length > 0 || !target) return unclear(kind, problems);
  return { kind, target: tidyTarget(target.text) };
};

const reasonProblem = (reason: string): string[] =>
  reason.length > longestReason ? [`The reason is too long: ${longestReason} characters at most.`] : [];

const tooMuch = (word: string): string => `“${word.slice(0, 60)}” is too much here.`;

const unclear = (verb: DcrVerb, problems: readonly string[]): DcrWords => ({
  kind: 'unclear',
  problems,
  usage: usageOf(verb),
});
