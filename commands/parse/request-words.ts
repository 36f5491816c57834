import { nearest } from '../../src/core/nearest.ts';
import type { StartRequest } from '../../src/rebuild/model/command.ts';
import { farmersProblem, targetProblem, tidyTarget } from './target.ts';
import { asReason, longestReason, type Word } from './words.ts';

export type ParsedRequest =
  | { readonly ok: true; readonly request: StartRequest }
  | { readonly ok: false; readonly problems: readonly string[] };

const options = ['forced', 'farmers', 'change', 'reason'] as const;
type Option = (typeof options)[number];
const sameAs: Readonly<Record<string, Option>> = {
  force: 'forced',
  farmer: 'farmers',
  'change-request': 'change',
  why: 'reason',
};

interface Found {
  readonly option: Option;
  readonly value: string;
}

/** `<instance> [forced] [--farmers N] [change=CHG…] [--reason "…"]`, in any order; after “because” all is reason. */
export const parseRequest = (text: string, words: readonly Word[]): ParsedRequest => {
  const problems: string[] = [];
  const found: Found[] = [];
  const names: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as Word;
    if (!word.quoted && /^because\b/i.test(word.text)) {
      found.push({ option: 'reason', value: asReason(text.slice(word.start)) });
      break;
    }
    const named = optionOf(word);
    if (typeof named === 'string') {
      problems.push(named);
      // What was perhaps its value is not an instance.
      const next = words[i + 1];
      if (next && (next.quoted || /^\d+$/.test(next.text))) i++;
    } else if (named === undefined) names.push(word.text);
    else {
      const until = named.value === undefined ? valueEnd(named.option, words, i) : i;
      const value = named.value ?? joined(text, words.slice(i + 1, until + 1));
      found.push({ option: named.option, value });
      i = until;
    }
  }
  const [instance, ...more] = names;
  const once = (option: Option): string | undefined => {
    const values = found.filter((each) => each.option === option).map(({ value }) => value);
    if (values.length > 1)
      problems.push(`“${option}” is given ${values.length === 2 ? 'twice' : `${values.length} times`}.`);
    return values[0];
  };
  const [forced, farmers, reason] = [once('forced'), once('farmers'), once('reason')];
  const change = once('change');
  problems.push(
    ...targetProblem(instance),
    ...more.map((word) => strange(word)),
    ...(forced === undefined || forced === '' ? [] : [`“forced” takes no value.`]),
    ...(farmers === undefined ? [] : farmersProblem(farmers)),
    ...changeProblem(change),
    ...reasonProblems(reason),
  );
  if (problems.length > 0 || instance === undefined) return { ok: false, problems };
  return {
    ok: true,
    request: {
      instance: tidyTarget(instance),
      forced: forced !== undefined,
      ...(farmers !== undefined && { farmers: Number(farmers) }),
      ...(change !== undefined && { change }),
      ...(reason !== undefined && { reason }),
    },
  };
};

/** `--farmers`, `—farmers` (what some keyboards make of it), `farmers=`, and `forced` alone. */
const optionOf = ({
  text,
  quoted,
}: Word): { readonly option: Option; readonly value?: string } | string | undefined => {
  const match = /^(--?|[—–])?([a-z]+(?:-[a-z]+)?)(?:=([\s\S]*))?$/i.exec(text);
  const [, dashes, name = '', value] = match ?? [];
  if (!match) return /^(--|[—–])/.test(text) ? `I don’t know the option “${text.slice(0, 60)}”.` : undefined;
  if (dashes === undefined && quoted && value === undefined) return undefined;
  const lower = name.toLowerCase();
  const option =
    options.find((each) => each === lower) ?? (Object.hasOwn(sameAs, lower) ? sameAs[lower] : undefined);
  if (option !== undefined && (dashes !== undefined || value !== undefined || option === 'forced')) {
    return { option, ...(value !== undefined ? { value } : option === 'forced' ? { value: '' } : {}) };
  }
  if (dashes === undefined && value === undefined) return undefined;
  const meant = nearest(lower, options);
  return `I don’t know the option “${text.slice(0, 60)}”.${meant === undefined ? '' : ` Did you mean “--${meant}”?`}`;
};

/** Index of the last word of an option's value: one word, or for a reason without quotes all up to the next option. */
const valueEnd = (option: Option, words: readonly Word[], at: number): number => {
  const next = words[at + 1];
  if (!next || optionStarts(next)) return at;
  if (option !== 'reason' || next.quoted) return at + 1;
  let end = at + 1;
  while (words[end + 1] && !optionStarts(words[end + 1] as Word)) end++;
  return end;
};

const optionStarts = ({ text, quoted }: Word): boolean => !quoted && /^(--|[—–])[a-z]/i.test(text);

const joined = (text: string, words: readonly Word[]): string => {
  const [first] = words;
  const last = words[words.length - 1];
  if (!first || !last) return '';
  return first === last ? first.text.trim() : text.slice(first.start, last.end).trim();
};

const strange = (word: string): string => {
  const meant = /^\d+$/.test(word)
    ? `--farmers ${word}`
    : nearest(word, ['forced', '--farmers', '--change', '--reason']);
  return `“${word.slice(0, 60)}” is too much here.${meant === undefined ? '' : ` Did you mean “${meant}”?`}`;
};

/** What the config demands of it is checked where the plan is made. */
const changeProblem = (value: string | undefined): string[] => {
  if (value === undefined) return [];
  if (value === '') return ['Say the number of the change request: change=CHG….'];
  return /^\S{1,80}$/.test(value) ? [] : [`“${value.slice(0, 60)}” is no number of a change request.`];
};

const reasonProblems = (value: string | undefined): string[] => {
  if (value === undefined) return [];
  if (value === '') return ['Say the reason: --reason "…".'];
  return value.length > longestReason ? [`The reason is too long: ${longestReason} characters at most.`] : [];
};
