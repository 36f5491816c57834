import type { AlertStatus } from '../../src/alerts/model/event.ts';
import type { AlertFilter } from '../../src/alerts/ports/queries.ts';
import { parseDuration } from '../../src/core/duration.ts';
import { nearest } from '../../src/core/nearest.ts';
import { type Severity, severities } from '../../src/core/severity.ts';
import { type Matcher, parseMatchers } from '../../src/routes/matchers.ts';
import { asksForHelp } from './dcr-usage.ts';

export type SlashWords =
  | {
      readonly kind: 'list';
      readonly filter: Pick<AlertFilter, 'status' | 'severity' | 'tier' | 'labels'>;
      /** What the filter cannot say. */
      readonly besides: ListConditions;
      readonly filters: string;
      /** From 1. */
      readonly page: number;
    }
  | { readonly kind: 'why'; readonly id: string }
  | { readonly kind: 'help' }
  /** What the next one on call needs to know; `here`: for everybody in this channel. */
  | { readonly kind: 'handover'; readonly here: boolean }
  /** Something to be done to an alert, which is done in its thread; `id` as it was given. */
  | { readonly kind: 'elsewhere'; readonly verb: ThreadDoing; readonly id?: string }
  | { readonly kind: 'unclear'; readonly problems: readonly string[]; readonly hint: string };

/** Conditions that hang on who asks, and when; and Alertmanager's matchers. */
export interface ListConditions {
  readonly matchers: readonly Matcher[];
  /** At least so severe. */
  readonly atLeast?: Severity;
  /** Acknowledged by whoever asks. */
  readonly mine?: true;
  /** Nobody cares for it. */
  readonly unacked?: true;
  /** It began no longer ago than this; ms. */
  readonly since?: number;
}

const isSeverity = (word: string | undefined): word is Severity =>
  severities.some((severity) => severity === word);
const statuses: readonly AlertStatus[] = ['firing', 'resolved'];

/** Other words for the same; what was understood stands in the answer. */
const sameAs: ReadonlyMap<string, string> = new Map([
  ['crit', 'critical'],
  ['err', 'error'],
  ['errors', 'error'],
  ['warn', 'warning'],
  ['warnings', 'warning'],
  ['information', 'info'],
  ['open', 'firing'],
  ['active', 'firing'],
  ['closed', 'resolved'],
  ['my', 'mine'],
  ['unacknowledged', 'unacked'],
  ['free', 'unacked'],
]);
const canonical = (word: string): string => sameAs.get(word) ?? word;

/** Words before a list that add nothing to it. */
const listing: readonly string[] = ['list', 'ls', 'show'];

/** What is done in an alert's thread, or with its buttons. */
export type ThreadDoing = 'ack' | 'unack' | 'assign' | 'silence' | 'ticket' | 'resolve';
const doings: ReadonlyMap<string, ThreadDoing> = new Map([
  ['ack', 'ack'],
  ['acknowledge', 'ack'],
  ['take', 'ack'],
  ['claim', 'ack'],
  ['unack', 'unack'],
  ['unacknowledge', 'unack'],
  ['assign', 'assign'],
  ['silence', 'silence'],
  ['mute', 'silence'],
  ['snooze', 'silence'],
  ['ticket', 'ticket'],
  ['resolve', 'resolve'],
  ['close', 'resolve'],
]);
const known = [
  ...severities,
  ...statuses,
  ...doings.keys(),
  'list',
  'why',
  'handover',
  'help',
  'mine',
  'unacked',
];
const hint =
  'Try /alerts, /alerts critical, /alerts tier=gov service=checkout, /alerts unacked since=2h, /alerts severity>=error team!=db, /alerts why ID, /alerts help.';

/** Reads what follows `/alerts`. Every problem at once; nothing is guessed. */
export const parseSlashWords = (text: string): SlashWords => {
  const words = split(text);
  const [first, ...others] = words;
  if (first === undefined) return list([]);
  const verb = first.toLowerCase();
  if (asksForHelp(verb) || verb === 'help') return { kind: 'help' };
  if (verb === 'why') return why(others);
  if (verb === 'handover') return handover(others);
  const doing = doings.get(verb);
  if (doing !== undefined) return elsewhere(doing, others[0]);
  return list(listing.includes(verb) ? others : words);
};

/** Words, with "quoted parts" (also “typographic” ones) kept together. */
const split = (text: string): string[] =>
  [...unbraced(text.replace(/[“”„]/g, '"')).matchAll(/(?:[^\s"]|"[^"]*"?)+/g)].map(([word]) =>
    word.replaceAll('"', ''),
  );

/** `{a="b", c!="d"}`, as Alertmanager shows its matchers, is those words side by side. */
const unbraced = (text: string): string => {
  const [, before = '', inside, after = ''] = /^([^{}"]*)\{(.*)\}([^{}"]*)$/s.exec(text) ?? [];
  if (inside === undefined) return text;
  const parts = [...inside.matchAll(/(?:[^,"]|"[^"]*"?)+/g)].map(([part]) => part.trim());
  return [before, ...parts, after].join(' ');
};

const elsewhere = (verb: ThreadDoing, word: string | undefined): SlashWords => {
  const id = word?.replaceAll('`', '');
  return { kind: 'elsewhere', verb, ...(id !== undefined && alertId.test(id) && { id }) };
};

/** An alert's id, or enough of its beginning. */
const alertId = /^[A-Za-z0-9-]{4,120}$/;

const handover = (words: readonly string[]): SlashWords => {
  const [word, ...rest] = words.map((text) => text.toLowerCase());
  return rest.length === 0 && (word === undefined || word === 'here')
    ? { kind: 'handover', here: word === 'here' }
    : unclear(['“handover” takes only “here”, which shows it to everybody in this channel.']);
};

const why = (ids: readonly string[]): SlashWords => {
  const id = ids[0]?.replaceAll('`', '');
  if (id === undefined || ids.length > 1) return unclear(['“why” takes one alert id.']);
  if (!alertId.test(id)) {
    return unclear([`“${id.slice(0, 60)}” is not an alert id: give four of its characters at least.`]);
  }
  return { kind: 'why', id };
};

type Field = 'severity' | 'status' | 'tier' | 'label' | 'at_least' | 'mine' | 'unacked' | 'since' | 'page';

interface Found {
  readonly field: Field | 'matcher';
  readonly name: string;
  readonly value: string;
  /** As it was understood. */
  readonly says: string;
  readonly matcher?: Matcher;
}

const list = (words: readonly string[]): SlashWords => {
  const read = words.map(one);
  const problems = read.flatMap((word) => (typeof word === 'string' ? [word] : []));
  const found = read.flatMap((word) => (typeof word === 'string' ? [] : [word]));
  // Two matchers of one label may well hold together.
  const names = found.flatMap(({ field, name }) => (field === 'matcher' ? [] : [name]));
  for (const name of new Set(names.filter((name, i) => names.indexOf(name) !== i))) {
    problems.push(`“${name}” is given twice.`);
  }
  if (problems.length > 0) return unclear(problems);
  const value = (field: Field): string | undefined => found.find((word) => word.field === field)?.value;
  const labels = found
    .filter((word) => word.field === 'label')
    .map((word) => [word.name, word.value] as const);
  const [severity, least, tier] = [value('severity'), value('at_least'), value('tier')];
  const sinceMs = parseDuration(value('since') ?? '');
  return {
    kind: 'list',
    filter: {
      status: value('status') === 'resolved' ? 'resolved' : 'firing',
      ...(isSeverity(severity) && { severity }),
      ...(tier !== undefined && { tier }),
      ...(labels.length > 0 && { labels: Object.fromEntries(labels) }),
    },
    besides: {
      matchers: found.flatMap(({ matcher }) => (matcher ? [matcher] : [])),
      ...(isSeverity(least) && { atLeast: least }),
      ...(value('mine') !== undefined && { mine: true }),
      ...(value('unacked') !== undefined && { unacked: true }),
      ...(sinceMs !== undefined && { since: sinceMs }),
    },
    filters: found
      .filter(({ field }) => field !== 'status' && field !== 'page')
      .map(({ says }) => says)
      .join(' '),
    page: Number(value('page') ?? 1),
  };
};

/** One word of a filter, or what is wrong with it. */
const one = (word: string): Found | string => {
  const pair = /^([A-Za-z_][A-Za-z0-9_.-]{0,127})(!=|=~|!~|>=|=)(.*)$/s.exec(word);
  if (!pair) return bare(word);
  const [, name = '', operator = '', value = ''] = pair;
  const shown = word.slice(0, 60);
  if (value === '' && operator !== '!=') return `“${shown}” lacks a value.`;
  const lower = canonical(value.toLowerCase());
  if (operator === '>=') return atLeast(name, lower, shown);
  if (operator !== '=') return matching(name, operator, value, shown);
  switch (name) {
    case 'severity':
      return choice('severity', lower, severities);
    case 'status':
      return choice('status', lower, statuses);
    case 'since':
      return since(value);
    case 'page':
      return /^[1-9]\d{0,2}$/.test(value)
        ? { field: 'page', name, value, says: '' }
        : `“${shown}”: a page is a number from 1 on.`;
    default:
      return {
        field: name === 'tier' ? 'tier' : 'label',
        name,
        value,
        says: `${name}=${quotedWhere(value)}`,
      };
  }
};

const atLeast = (name: string, value: string, shown: string): Found | string => {
  if (name !== 'severity') return `“${shown}”: only severity has more and less, as in severity>=error.`;
  const found = choice('severity', value, severities);
  return typeof found === 'string' ? found : { ...found, field: 'at_least', says: `severity>=${value}` };
};

const since = (value: string): Found | string => {
  const ms = parseDuration(value);
  return ms !== undefined && ms > 0
    ? { field: 'since', name: 'since', value, says: `since=${value}` }
    : `“since=${value.slice(0, 60)}”: say how long ago, as in since=2h or since=30m.`;
};

/** As it can be typed again. */
const quotedWhere = (value: string): string => (/[\s,{}]/.test(value) ? `"${value}"` : value);

/** As Alertmanager reads it, its value quoted: what is left of one here has lost its quotes. */
const matching = (name: string, operator: string, value: string, shown: string): Found | string => {
  const says = `${name}${operator}${quotedWhere(value)}`;
  const quoted = value.replace(/["\\]/g, (char) => `\\${char}`);
  const read = parseMatchers(`${name}${operator}"${quoted}"`);
  const [matcher] = read.ok ? read.matchers : [];
  if (!matcher) return `“${shown}”: ${read.ok ? 'is not a matcher' : read.problem}.`;
  return { field: 'matcher', name, value, says, matcher };
};

const choice = (field: 'severity' | 'status', value: string, among: readonly string[]): Found | string =>
  among.includes(value)
    ? { field, name: field, value, says: field === 'severity' ? value : '' }
    : `There is no ${field} “${value.slice(0, 60)}”: ${among.join(', ')}.`;

const bare = (word: string): Found | string => {
  const lower = canonical(word.toLowerCase());
  if (isSeverity(lower)) return { field: 'severity', name: 'severity', value: lower, says: lower };
  if ((statuses as readonly string[]).includes(lower))
    return { field: 'status', name: 'status', value: lower, says: '' };
  if (lower === 'mine' || lower === 'unacked')
    return { field: lower, name: lower, value: lower, says: lower };
  const [, name, value] = /^([A-Za-z_]\w*):(\S+)$/.exec(word) ?? [];
  if (name !== undefined) return `“${word.slice(0, 60)}”: write ${name}=${value}.`;
  if (/^(?=.*\d)[0-9a-f-]{4,}$/.test(lower)) {
    return `“${word.slice(0, 60)}” looks like an alert’s id: /alerts why ${word.slice(0, 60)} tells about it.`;
  }
  const meant = nearest(lower, known);
  return `I don’t know “${word.slice(0, 60)}”.${meant === undefined ? '' : ` Did you mean “${meant}”?`}`;
};

const unclear = (problems: readonly string[]): SlashWords => ({ kind: 'unclear', problems, hint });
