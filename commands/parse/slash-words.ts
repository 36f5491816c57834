import type { AlertStatus } from '../../src/alerts/model/event.ts';
import type { AlertFilter } from '../../src/alerts/ports/queries.ts';
import { nearest } from '../../src/core/nearest.ts';
import { type Severity, severities } from '../../src/core/severity.ts';
import { asksForHelp } from './dcr-usage.ts';

export type SlashWords =
  | {
      readonly kind: 'list';
      readonly filter: Omit<AlertFilter, 'limit' | 'cursor'>;
      readonly filters: string;
    }
  | { readonly kind: 'why'; readonly id: string }
  | { readonly kind: 'help' }
  /** Something to be done to an alert, which is done in its thread; `id` as it was given. */
  | { readonly kind: 'elsewhere'; readonly verb: ThreadDoing; readonly id?: string }
  | { readonly kind: 'unclear'; readonly problems: readonly string[]; readonly hint: string };

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
]);
const canonical = (word: string): string => sameAs.get(word) ?? word;

/** Words before a list that add nothing to it. */
const listing: readonly string[] = ['list', 'ls', 'show'];

/** What is done in an alert's thread, or with its buttons. */
export type ThreadDoing = 'ack' | 'unack' | 'silence' | 'ticket' | 'resolve';
const doings: ReadonlyMap<string, ThreadDoing> = new Map([
  ['ack', 'ack'],
  ['acknowledge', 'ack'],
  ['take', 'ack'],
  ['claim', 'ack'],
  ['unack', 'unack'],
  ['unacknowledge', 'unack'],
  ['silence', 'silence'],
  ['mute', 'silence'],
  ['snooze', 'silence'],
  ['ticket', 'ticket'],
  ['resolve', 'resolve'],
  ['close', 'resolve'],
]);
const known = [...severities, ...statuses, ...doings.keys(), 'list', 'why', 'help'];
const hint =
  'Try /alerts, /alerts critical, /alerts tier=gov service=checkout, /alerts why ID, /alerts help.';

/** Reads what follows `/alerts`. Every problem at once; nothing is guessed. */
export const parseSlashWords = (text: string): SlashWords => {
  const words = split(text);
  const [first, ...others] = words;
  if (first === undefined) return list([]);
  const verb = first.toLowerCase();
  if (asksForHelp(verb) || verb === 'help') return { kind: 'help' };
  if (verb === 'why') return why(others);
  const doing = doings.get(verb);
  if (doing !== undefined) return elsewhere(doing, others[0]);
  return list(listing.includes(verb) ? others : words);
};

/** Words, with "quoted parts" (also “typographic” ones) kept together. */
const split = (text: string): string[] =>
  [...text.replace(/[“”„]/g, '"').matchAll(/(?:[^\s"]|"[^"]*"?)+/g)].map(([word]) =>
    word.replaceAll('"', ''),
  );

const elsewhere = (verb: ThreadDoing, word: string | undefined): SlashWords => {
  const id = word?.replaceAll('`', '');
  return { kind: 'elsewhere', verb, ...(id !== undefined && alertId.test(id) && { id }) };
};

/** An alert's id, or enough of its beginning. */
const alertId = /^[A-Za-z0-9-]{4,120}$/;

const why = (ids: readonly string[]): SlashWords => {
  const id = ids[0]?.replaceAll('`', '');
  if (id === undefined || ids.length > 1) return unclear(['“why” takes one alert id.']);
  if (!alertId.test(id)) {
    return unclear([`“${id.slice(0, 60)}” is not an alert id: give four of its characters at least.`]);
  }
  return { kind: 'why', id };
};

interface Found {
  readonly field: 'severity' | 'status' | 'tier' | 'label';
  readonly name: string;
  readonly value: string;
}

const list = (words: readonly string[]): SlashWords => {
  const read = words.map(one);
  const problems = read.flatMap((word) => (typeof word === 'string' ? [word] : []));
  const found = read.flatMap((word) => (typeof word === 'string' ? [] : [word]));
  const names = found.map((word) => word.name);
  for (const name of new Set(names.filter((name, i) => names.indexOf(name) !== i))) {
    problems.push(`“${name}” is given twice.`);
  }
  if (problems.length > 0) return unclear(problems);
  const value = (field: Found['field']): string | undefined =>
    found.find((word) => word.field === field)?.value;
  const labels = found
    .filter((word) => word.field === 'label')
    .map((word) => [word.name, word.value] as const);
  const severity = value('severity');
  const tier = value('tier');
  return {
    kind: 'list',
    filter: {
      status: value('status') === 'resolved' ? 'resolved' : 'firing',
      ...(isSeverity(severity) && { severity }),
      ...(tier !== undefined && { tier }),
      ...(labels.length > 0 && { labels: Object.fromEntries(labels) }),
    },
    filters: found
      .filter((word) => word.field !== 'status')
      .map((word) => (word.field === 'severity' ? word.value : `${word.name}=${word.value}`))
      .join(' '),
  };
};

/** One word of a filter, or what is wrong with it. */
const one = (word: string): Found | string => {
  const pair = /^([A-Za-z_][A-Za-z0-9_.-]{0,127})(!=|=~|!~|=)(.*)$/s.exec(word);
  if (!pair) return bare(word);
  const [, name = '', operator, value = ''] = pair;
  if (operator !== '=') return `“${word.slice(0, 60)}”: only = is understood here.`;
  if (value === '') return `“${word.slice(0, 60)}” lacks a value.`;
  const lower = canonical(value.toLowerCase());
  if (name === 'severity') return choice('severity', lower, severities);
  if (name === 'status') return choice('status', lower, statuses);
  return name === 'tier' ? { field: 'tier', name, value } : { field: 'label', name, value };
};

const choice = (field: 'severity' | 'status', value: string, among: readonly string[]): Found | string =>
  among.includes(value)
    ? { field, name: field, value }
    : `There is no ${field} “${value.slice(0, 60)}”: ${among.join(', ')}.`;

const bare = (word: string): Found | string => {
  const lower = canonical(word.toLowerCase());
  if (isSeverity(lower)) return { field: 'severity', name: 'severity', value: lower };
  if ((statuses as readonly string[]).includes(lower))
    return { field: 'status', name: 'status', value: lower };
  const [, name, value] = /^([A-Za-z_]\w*):(\S+)$/.exec(word) ?? [];
  if (name !== undefined) return `“${word.slice(0, 60)}”: write ${name}=${value}.`;
  if (/^(?=.*\d)[0-9a-f-]{4,}$/.test(lower)) {
    return `“${word.slice(0, 60)}” looks like an alert’s id: /alerts why ${word.slice(0, 60)} tells about it.`;
  }
  const meant = nearest(lower, known);
  return `I don’t know “${word.slice(0, 60)}”.${meant === undefined ? '' : ` Did you mean “${meant}”?`}`;
};

const unclear = (problems: readonly string[]): SlashWords => ({ kind: 'unclear', problems, hint });
