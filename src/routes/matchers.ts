import { RE2JS } from 're2js';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** One condition on one label or field. A label that is not there counts as the empty string. */
export interface Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  readonly matches: (actual: string) => boolean;
}

export type ParsedMatchers =
  | { readonly ok: true; readonly matchers: readonly Matcher[] }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads one line of matchers as Alertmanager does: `severity="critical"`, `service=~"pay.*"`, or several,
 * separated by commas, in braces or not. Both of its parsers are covered (classic and UTF-8); where they disagree,
 * classic wins, as in its fallback mode. Two spellings that Alertmanager reads in a surprising way are refused
 * instead: single quotes, and unquoted braces in a value.
 *
 * Regular expressions are Go's (RE2), anchored at both ends, and matched in linear time whatever the input.
 */
export const parseMatchers = (text: string): ParsedMatchers => {
  const body = text.trim().replace(/^\{(.*)\}$/s, '$1');
  const matchers: Matcher[] = [];
  let rest = body;
  while (rest.trim() !== '') {
    const found = matcherPattern.exec(rest);
    if (!found) return { ok: false, problem: explain(rest.trim()) };
    const [all, quotedName, plainName, operator, quoted, plain] = found;
    const name = quotedName === undefined ? (plainName ?? '') : unescapeValue(quotedName);
    const value = unescapeValue(quoted ?? plain?.trim() ?? '');
    const test = compile(operator as MatchOperator, value);
    if (typeof test === 'string') return { ok: false, problem: test };
    matchers.push({ name, operator: operator as MatchOperator, value, matches: test });
    rest = rest.slice(all.length);
  }
  return matchers.length === 0 ? { ok: false, problem: explain('') } : { ok: true, matchers };
};

/** The matcher as people write it. */
export const formatMatcher = ({ name, operator, value }: Matcher): string =>
  `${name}${operator}${JSON.stringify(value)}`;

const matcherPattern =
  /^\s*(?:"((?:[^"\\]|\\.)+)"|([^{}!=~,\\"'`\s]+))\s*(=~|!=|!~|=)\s*(?:"((?:[^"\\]|\\.)*)"|((?!\s*['=~])[^",{}]*))\s*(?:,|$)/s;

/** `\n`, `\"` and `\\` are escapes; any other backslash stands for itself, so `\d` needs no doubling. */
const unescapeValue = (raw: string): string =>
  raw.replace(/\\([n"\\])/g, (_, char: string) => (char === 'n' ? '\n' : char));

const compile = (operator: MatchOperator, value: string): Matcher['matches'] | string => {
  switch (operator) {
    case '=':
      return (actual) => actual === value;
    case '!=':
      return (actual) => actual !== value;
    default: {
      const test = anchored(value);
      if (typeof test === 'string') return test;
      return operator === '=~' ? test : (actual) => !test(actual);
    }
  }
};

const rememberedValues = 1000;
const rememberedLength = 256;

/** Label values repeat, so answers are remembered, a bounded number of them. */
const anchored = (pattern: string): Matcher['matches'] | string => {
  let regex: RE2JS;
  try {
    RE2JS.compile(pattern); // by itself first: `a)|(b` must not become valid by being wrapped
    regex = RE2JS.compile(`^(?:${pattern})$`);
  } catch (error) {
    const cause =
      error instanceof Error ? error.message.replace('error parsing regexp: ', '') : String(error);
    return `${JSON.stringify(pattern)} is not a regular expression (${cause}). Alertmanager's syntax (RE2) has no look-around and no back-references`;
  }
  const known = new Map<string, boolean>();
  return (actual) => {
    const remembered = known.get(actual);
    if (remembered !== undefined) return remembered;
    const answer = regex.test(actual);
    if (actual.length <= rememberedLength) {
      if (known.size >= rememberedValues) known.clear();
      known.set(actual, answer);
    }
    return answer;
  };
};

const explain = (text: string): string => {
  const form = 'write name="value" with =, !=, =~ or !~';
  if (text === '') return `is empty; ${form}`;
  const shown = JSON.stringify(text);
  if (/^[^=!~]*==/.test(text)) return `${shown} has ==; one = is enough`;
  if (/[=~]\s*'/.test(text)) return `${shown} has single quotes; use double quotes around the value`;
  if (/[=~]\s*[^"]*[{}]/.test(text)) return `${shown} has braces; put the value in double quotes`;
  return `${shown} is not a matcher; ${form}`;
};
