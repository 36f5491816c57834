import type { Person } from '../../core/person.ts';
import { isPending } from '../evolve/add-action.ts';
import type { SilencePart } from '../groups/silence-group.ts';
import type { GroupSilenceDeps } from '../groups/silence-scope.ts';
import type { ActionList, ActionState, Alert, AlertId } from '../model/alert.ts';
import type { AlertCommand, AlertList, AlertOutcome, ListCommand, ListOutcome } from '../model/command.ts';
import type { AlertStore } from '../ports/store.ts';
import { listParts, unsilenced } from './list-silence.ts';

export interface ListServiceDeps {
  readonly store: Pick<AlertStore, 'getMany'>;
  readonly scopes: GroupSilenceDeps['scopes'];
  readonly now: () => number;
  /** One alert's command, for which `also` need the right as well. */
  readonly apply: (
    id: AlertId,
    command: AlertCommand,
    by: Person,
    also: readonly Alert[],
  ) => Promise<AlertOutcome>;
}

/** One effect for a list: put on record with one of its alerts, from where the others get it. */
export const applyToList = (
  deps: ListServiceDeps,
  list: AlertList,
  command: ListCommand,
  by: Person,
): Promise<ListOutcome> =>
  command.verb === 'ticket' ? ticketFor(deps, list, by) : silenceFor(deps, list, command, by);

const ticketFor = async (deps: ListServiceDeps, list: AlertList, by: Person): Promise<ListOutcome> => {
  const grouped = new Set(list.groups.map(({ fingerprint }) => fingerprint));
  const single = list.alerts.filter(({ memberOf }) => !memberOf || !grouped.has(memberOf.group));
  const records = [...single, ...list.groups];
  const first = await firstOf(deps, list, records);
  const known = first && !records.includes(first) ? [...records, first] : records;
  const getting = new Set(known.flatMap(askedFor));
  const needs = records.filter((alert) => !ticketOf(alert) && !getting.has(alert.id));
  const already = {
    ok: true,
    changed: false,
    count: 0,
    had: records.length,
    tickets: ticketsOf(known),
  } as const;
  // It was asked for with this question before: whoever clicks twice finds the same one.
  if (needs.length === 0 || (first && isOfList(first))) {
    return records.length === 0 && !first ? { ok: false, code: 'list_over' } : already;
  }
  const own = first && !ticketOf(first) ? first : needs[0];
  if (!own) return already;
  const others = needs.filter(({ id }) => id !== own.id);
  const asked = { of: list.of, count: others.length + 1, others: others.map(({ id }) => id) };
  const outcome = await deps.apply(own.id, { verb: 'ticket', list: asked }, by, others);
  if (outcome.ok) {
    return {
      ok: true,
      changed: outcome.changed,
      count: asked.count,
      had: records.length - needs.length,
      tickets: ticketsOf(records),
    };
  }
  // Somebody was faster, with the same alert.
  if (outcome.code === 'ticket_pending') return already;
  if (outcome.code === 'ticket_there')
    return { ...already, tickets: outcome.id === undefined ? [] : [outcome.id] };
  return outcome;
};

const firstOf = async (
  { store }: ListServiceDeps,
  { first }: AlertList,
  records: readonly Alert[],
): Promise<Alert | undefined> => {
  if (first === undefined) return undefined;
  return records.find(({ id }) => id === first) ?? (await store.getMany([first])).get(first);
};

const ticketOf = ({ actions }: Alert): ActionState | undefined =>
  actions.find(({ kind, state }) => kind === 'ticket' && state !== 'failed');

const isOfList = (alert: Alert): boolean => {
  const spec = ticketOf(alert)?.spec;
  return spec?.kind === 'ticket' && spec.list !== undefined;
};

/** Those that its ticket is being raised for as well. */
const askedFor = (alert: Alert): readonly AlertId[] => {
  const spec = isPending(alert, 'ticket') ? ticketOf(alert)?.spec : undefined;
  return (spec?.kind === 'ticket' && spec.list?.others) || [];
};

const ticketsOf = (alerts: readonly Alert[]): readonly string[] => [
  ...new Set(alerts.flatMap((alert) => ticketOf(alert)?.outcome?.id ?? [])),
];

const silenceFor = async (
  deps: ListServiceDeps,
  list: AlertList,
  { labels, durationMs, reason }: Extract<ListCommand, { verb: 'silence' }>,
  by: Person,
): Promise<ListOutcome> => {
  const now = deps.now();
  const had = list.alerts.length - unsilenced(list.alerts, now).length;
  if (had > 0 && had === list.alerts.length) return { ok: true, changed: false, count: 0, had, tickets: [] };
  const plan = listParts(deps, list, labels, now);
  if (!plan.ok) return plan;
  const all = plan.parts.flatMap(({ members }) => members);
  let count = 0;
  for (const part of plan.parts) {
    const placed = placedOf(part, list);
    if (!placed) continue;
    const said = { of: list.of, count: part.members.length, ...placed.list } as const;
    const command = { verb: 'silence', durationMs, reason, target: part.target, list: said } as const;
    const outcome = await deps.apply(placed.own.id, command, by, all);
    if (outcome.ok) count += part.members.length;
    else if (outcome.code !== 'silenced' && outcome.code !== 'silence_pending') return outcome;
  }
  return { ok: true, changed: count > 0, count, had: had + all.length - count, tickets: [] };
};

/**
 * The record that a silence goes by, and the others. A group of which the silence has all that fires is silenced as a
 * whole, and gives it to its members. What goes wrong is told in a thread: so the first one that has one does it, or a
 * group that stands for members without being silenced itself.
 */
const placedOf = (
  { members }: SilencePart,
  { groups }: Pick<AlertList, 'groups'>,
): { readonly own: Alert; readonly list: Pick<ActionList, 'others' | 'self'> } | undefined => {
  const inIt = (group: Alert): number =>
    members.filter(({ memberOf }) => memberOf?.group === group.fingerprint).length;
  const there = groups.filter((group) => inIt(group) > 0);
  const whole = there.filter((group) => inIt(group) >= (group.group?.firing ?? 0));
  const taken = new Set(whole.map(({ fingerprint }) => fingerprint));
  const single = members.filter(({ memberOf }) => !memberOf || !taken.has(memberOf.group));
  const records = [...whole, ...single];
  const own = records.find(({ thread }) => thread.state !== 'none');
  const [standIn = records[0]] = there;
  if (own) return { own, list: { others: idsWithout(records, own) } };
  return (
    standIn && {
      own: standIn,
      list: {
        others: idsWithout(records, standIn),
        ...(!records.includes(standIn) && { self: false as const }),
      },
    }
  );
};

const idsWithout = (records: readonly Alert[], own: Alert): readonly AlertId[] =>
  records.map(({ id }) => id).filter((id) => id !== own.id);
