import { type DcrVerb, dcrVerbs, isDcrVerb, otherWords, usageOf } from './dcr-usage.ts';
import { nearest } from './nearest.ts';
import { parseRequest, type StartWords } from './request-words.ts';
import { farmersProblem, targetProblem, tidyTarget } from './target.ts';
import { asReason, longestReason, unescaped, type Word, wordsOf } from './words.ts';

/** What is asked of a rebuild in flight, as far as words can say it. */
export type Order =
  | { readonly verb: 'scale'; readonly farmers: number; readonly reason?: string }
  | { readonly verb: 'pause' | 'cancel'; readonly reason: string }
  | { readonly verb: 'resume' | 'retry'; readonly reason?: string }
  | { readonly verb: 'approve' };

export type DcrWords =
  | { readonly kind: 'start' | 'plan'; readonly request: StartWords }
  /** `/dcr start` alone. */
  | { readonly kind: 'form' }
  /** `target`: the name of an instance, or a rebuild’s id. */
  | { readonly kind: 'order'; readonly target: string; readonly order: Order }
  | { readonly kind: 'override'; readonly target: string }
  | { readonly kind: 'history' | 'doctor'; readonly target: string }
  | { readonly kind: 'status'; readonly target?: string }
  | { readonly kind: 'list' | 'help' }
  /** Every problem at once. `usage`: how it is said right. */
  | { readonly kind: 'unclear'; readonly problems: readonly string[]; readonly usage: string };

/** Reads what follows `/dcr`. Nothing is guessed: what is not understood is refused, with the usage. */
export const parseDcrWords = (raw: string): DcrWords => {
  const text = unescaped(raw);
  const [first, ...words] = wordsOf(text);
  if (first === undefined) return { kind: 'help' };
  const verb = first.text.toLowerCase();
  if (!isDcrVerb(verb)) return unknownVerb(verb);
  switch (verb) {
    case 'start':
      if (words.length === 0) return { kind: 'form' };
      return request('start', text, words);
    case 'plan':
      return request('plan', text, words);
    case 'scale':
      return scale(text, words);
    case 'pause':
    case 'cancel':
      return targeted(verb, text, words, (reason) =>
        reason === '' ? 'Say why, for whoever looks at it next.' : { verb, reason },
      );
    case 'resume':
    case 'retry':
      return targeted(verb, text, words, (reason) => ({ verb, ...(reason !== '' && { reason }) }));
    case 'approve':
      return targeted(verb, text, words, (rest) => (rest === '' ? { verb } : tooMuch(rest)));
    case 'override':
    case 'history':
    case 'doctor':
      return alone(verb, words);
    case 'status':
      return words.length === 0 ? { kind: 'status' } : alone(verb, words);
    case 'list':
    case 'help':
      return words.length === 0
        ? { kind: verb }
        : unclear(
            verb,
            words.map(({ text: word }) => tooMuch(word)),
          );
    default:
      return verb satisfies never;
  }
};

const unknownVerb = (word: string): DcrWords => {
  const meant = Object.hasOwn(otherWords, word) ? otherWords[word] : nearest(word, Object.keys(dcrVerbs));
  const perhaps = meant === undefined ? '' : ` Did you mean “${meant}”?`;
  return {
    kind: 'unclear',
    problems: [`I don’t know “${word.slice(0, 60)}”.${perhaps}`],
    usage:
      meant !== undefined && isDcrVerb(meant) ? usageOf(meant) : `/dcr ${Object.keys(dcrVerbs).join(' | ')}`,
  };
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
    kind: 'order',
    target: tidyTarget(target.text),
    order: { verb: 'scale', farmers, ...(reason !== '' && { reason }) },
  };
};

const targeted = (
  verb: Exclude<Order['verb'], 'scale'>,
  text: string,
  words: readonly Word[],
  order: (reason: string) => Order | string,
): DcrWords => {
  const [target] = words;
  const reason = target ? asReason(text.slice(target.end)) : '';
  const made = order(reason);
  const problems = [
    ...targetProblem(target?.text),
    ...(typeof made === 'string' ? [made] : []),
    ...reasonProblem(reason),
  ];
  if (problems.length > 0 || !target || typeof made === 'string') return unclear(verb, problems);
  return { kind: 'order', target: tidyTarget(target.text), order: made };
};

const alone = (kind: 'override' | 'history' | 'doctor' | 'status', words: readonly Word[]): DcrWords => {
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
