import { contentHash } from '../../core/hash.ts';
import { named, type Person } from '../../core/person.ts';
import type { Severity } from '../../core/severity.ts';
import { heldUntil } from '../evolve/escalate.ts';
import type { ActionState, Alert } from '../model/alert.ts';
import type { AlertStatus, EventLinks } from '../model/event.ts';
import type { Group, MemberRow } from '../model/group.ts';
import { subjectLabels } from '../model/subject.ts';

/**
 * Exactly what the root message of a thread shows. The view renders from this and nothing else, so two records
 * with equal facts look the same, and a thread is updated when, and only when, its facts change.
 */
export interface RootFacts {
  readonly id: string;
  readonly status: AlertStatus;
  readonly severity: Severity;
  readonly name: string;
  readonly summary: string;
  readonly tier: string;
  /** What it is about, most telling first: instance, pod, service, … with its label's name. */
  readonly subject: readonly { readonly label: string; readonly value: string }[];
  readonly startsAt: number;
  readonly firstStartsAt: number;
  readonly endsAt?: number;
  readonly fired: number;
  readonly ack?: { readonly by: Person; readonly at: number };
  readonly silence?: { readonly by: Person; readonly until: number; readonly reason: string };
  readonly pinned?: { readonly text: string; readonly by: Person; readonly at: number };
  /** Nobody is mentioned before, as it is quiet. */
  readonly quiet?: { readonly name: string; readonly until: number };
  readonly ticket?: { readonly key: string; readonly url?: string };
  /** Actions that were given up, in words for people. */
  readonly failures: readonly string[];
  readonly links: EventLinks;
  /** Of its route. */
  readonly routeRunbook?: string;
  readonly previous?: { readonly id: string; readonly channel?: string; readonly ts?: string };
  readonly possibleDuplicate: boolean;
  /** Of a group: what is the same for all, how many, and the one where there is no other. */
  readonly group?: Pick<Group, 'by' | 'firing' | 'resolved' | 'acknowledged' | 'fresh' | 'severities'> & {
    readonly only?: MemberRow;
  };
  /** It belongs to a group, and was given a thread of its own. */
  readonly member?: true;
  /** A known instance that it is about, and the rebuild of it that it came up during. */
  readonly instance?: string;
  readonly rebuild?: { readonly id: string; readonly channel: string; readonly ts?: string };
}

export const rootFacts = (alert: Alert): RootFacts => ({
  id: alert.id,
  status: alert.status,
  severity: alert.severity,
  name: alert.name,
  summary: alert.summary,
  tier: alert.tier,
  subject: subjectLabels.flatMap((label) => {
    const value = alert.labels[label] || (label === 'cluster' ? alert.cluster : undefined);
    return value === undefined || value === '' ? [] : [{ label, value }];
  }),
  startsAt: alert.startsAt,
  firstStartsAt: alert.firstStartsAt,
  ...(alert.endsAt !== undefined && alert.status === 'resolved' && { endsAt: alert.endsAt }),
  fired: alert.fired,
  ...(alert.ack && { ack: { by: named(alert.ack.by), at: alert.ack.at } }),
  ...(alert.silence && {
    silence: { by: named(alert.silence.by), until: alert.silence.until, reason: alert.silence.reason },
  }),
  ...(alert.pinned && { pinned: { ...alert.pinned, by: named(alert.pinned.by) } }),
  ...quietOf(alert),
  ...ticketOf(alert.actions),
  failures: alert.actions.flatMap(failureOf),
  links: alert.links,
  ...(alert.routeRunbook !== undefined && { routeRunbook: alert.routeRunbook }),
  ...(alert.previous && { previous: alert.previous }),
  possibleDuplicate: alert.thread.state === 'open' && alert.thread.possibleDuplicate === true,
  ...(alert.group && { group: groupFacts(alert.group) }),
  ...(alert.memberOf && { member: true }),
  ...(alert.instance !== undefined && { instance: alert.instance }),
  ...(alert.rebuild && { rebuild: placeOf(alert.rebuild) }),
});

const groupFacts = (group: Group): NonNullable<RootFacts['group']> => {
  const { by, firing, resolved, acknowledged, fresh, severities, rows } = group;
  const [only, ...others] = rows;
  return {
    by,
    firing,
    resolved,
    acknowledged,
    fresh,
    severities,
    ...(only && others.length === 0 && { only }),
  };
};

const placeOf = ({ id, channel, ts }: NonNullable<Alert['rebuild']>) => ({
  id,
  channel,
  ...(ts !== undefined && { ts }),
});

/** Hash of what the root message shows. A record never changes, so its hash is computed once: several ask for it. */
export const rootHash = (alert: Alert): string => {
  const known = hashes.get(alert);
  if (known !== undefined) return known;
  const computed = contentHash(rootFacts(alert));
  hashes.set(alert, computed);
  return computed;
};
const hashes = new WeakMap<Alert, string>();

/** That a ticket could not be told is said in the thread; the alert is none the worse for it. */
const failureOf = ({ key, kind, state, error = 'failed' }: ActionState): readonly string[] =>
  state === 'failed' && kind !== 'ticket_news' ? [`${key}: ${error}`] : [];

const quietOf = (alert: Alert): Pick<RootFacts, 'quiet'> => {
  const quiet = alert.ack ? undefined : heldUntil(alert);
  return quiet ? { quiet } : {};
};

const ticketOf = (actions: readonly ActionState[]): { ticket?: { key: string; url?: string } } => {
  const done = actions.find((a) => a.kind === 'ticket' && a.state === 'done')?.outcome;
  return done ? { ticket: { key: done.id, ...(done.url !== undefined && { url: done.url }) } } : {};
};
