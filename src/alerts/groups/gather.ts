import { type JournalEntry, line } from '../../core/journal.ts';
import { inFull } from '../../core/person.ts';
import type { TraceContext } from '../../core/tracing/context.ts';
import { expireSilence, isSilent } from '../evolve/silence.ts';
import { remark } from '../messages/remarks.ts';
import type { Alert, AlertId, Silence } from '../model/alert.ts';
import { type GroupMembers, givenBackOf } from '../model/group.ts';
import { updateMany } from '../ports/many.ts';
import { type AlertChange, type AlertStore, UnreadableSeries } from '../ports/store.ts';
import { evolveGroup, type Gathered, type GroupPolicy } from './evolve-group.ts';
import { isSilencedBy } from './silence-group.ts';

/** The members of groups, written with their records, and the groups of a channel of which something has changed. */
export interface GroupIndex {
  due(channel: string, now: number, count: number): Promise<readonly string[]>;
  /** Undefined: none is on record. */
  members(group: string): Promise<GroupMembers | undefined>;
  /** Off what is due, unless a member was written since `seq`; then it is due again at `next`; ms. */
  settle(channel: string, group: string, seq: string, done: GroupSettled): Promise<void>;
}

export interface GroupSettled {
  /** Not gathered again before this; ms. */
  readonly next: number;
  /** Rows that nobody needs any more. */
  readonly gone: readonly AlertId[];
  /** Nothing of it fires: what is left may be forgotten after the retention of alerts. */
  readonly over: boolean;
}

export interface GatherDeps {
  readonly store: AlertStore;
  readonly groups: GroupIndex;
  readonly policy: () => GroupPolicy;
  readonly now: () => number;
  /** The trace of a member: a group belongs to that of its first one. Absent: to none. */
  readonly traceOf?: ((member: AlertId) => Promise<TraceContext | undefined>) | undefined;
}

/** A group is gathered this often at the most; ms. */
const gatherEvery = 2_000;
/** Of a group whose record cannot be read; ms. */
const asideFor = 60_000;
const groupsAtOnce = 100;
/** Members that an acknowledgement reaches before others have their turn. */
const reachedAtOnce = 500;
const maxTries = 10;

/** Makes the records of groups match what is on record of their members, and the other way round where somebody has all. */
export const gatherGroups = async (deps: GatherDeps, channel: string): Promise<void> => {
  for (const group of await deps.groups.due(channel, deps.now(), groupsAtOnce)) {
    await gather(deps, channel, group);
  }
};

const gather = async (deps: GatherDeps, channel: string, fingerprint: string): Promise<void> => {
  const { store, groups, now } = deps;
  for (let tries = 0; tries < maxTries; tries++) {
    // The record first: who reads the rows first might write an older look over a newer one.
    const current = await liveOf(store, fingerprint);
    if (current === 'unreadable') {
      return groups.settle(channel, fingerprint, '', { next: now() + asideFor, gone: [], over: false });
    }
    const members = await groups.members(fingerprint);
    if (!members) return groups.settle(channel, fingerprint, '', { next: 0, gone: [], over: true });
    const done = evolveGroup(current, fingerprint, members, now(), deps.policy());
    const { gone, firing } = done;
    const write = done.write && (await traced(deps, current, done.write, members));
    if (write && !(await written(store, current, write))) continue;
    const ack = (write?.alert ?? current)?.ack;
    const reached = done.acknowledge.slice(0, reachedAtOnce);
    const given = ack ? await changed(store, reached, (member) => acknowledged(member, ack)) : 0;
    const former = current?.group ? givenBackOf(current.group) : [];
    const back = done.giveBack.slice(0, reachedAtOnce);
    const taken = await changed(store, back, (member) => givenBack(member, former, now()));
    const quiet = (write?.alert ?? current)?.silence;
    const silent = done.silence.slice(0, reachedAtOnce);
    const silenced = quiet ? await changed(store, silent, (member) => silencedToo(member, quiet, now())) : 0;
    const heard = await changed(store, done.heard.slice(0, reachedAtOnce), (member) => {
      const over = expireSilence(member, now());
      return over ? { write: over } : {};
    });
    // They have written their rows: it is looked at once more, and says so.
    if (given + taken + silenced + heard > 0) continue;
    return groups.settle(channel, fingerprint, members.seq, {
      next: now() + gatherEvery,
      gone,
      over: !firing,
    });
  }
};

/** A group that is opened belongs to the trace of the member that fired first. */
const traced = async (
  { traceOf }: GatherDeps,
  current: Alert | undefined,
  write: NonNullable<Gathered['write']>,
  { rows }: GroupMembers,
): Promise<NonNullable<Gathered['write']>> => {
  if (!traceOf || write.alert.id === current?.id) return write;
  const [first] = rows.toSorted((a, b) => a.joined - b.joined);
  const trace = first && (await traceOf(first.id));
  return trace ? { ...write, alert: { ...write.alert, trace } } : write;
};

const liveOf = async (store: AlertStore, fingerprint: string): Promise<Alert | undefined | 'unreadable'> => {
  try {
    return (await store.series([fingerprint])).get(fingerprint);
  } catch (error) {
    if (error instanceof UnreadableSeries) return 'unreadable';
    throw error;
  }
};

/** How many were written. */
const changed = async (
  store: AlertStore,
  ids: readonly AlertId[],
  change: (member: Alert) => AlertChange,
): Promise<number> => {
  const done = await updateMany(store, ids, change);
  return done.filter((one) => one?.write !== undefined).length;
};

/** False: somebody else was faster. */
const written = async (
  store: AlertStore,
  before: Alert | undefined,
  {
    alert,
    journal,
    archived,
  }: { readonly alert: Alert; readonly journal: readonly JournalEntry[]; readonly archived?: Alert },
): Promise<boolean> => {
  const conflicts = await store.takeIn(
    [
      {
        before,
        after: alert,
        archived: archived ? [archived] : [],
        journal: journal.map((entry) => ({ id: alert.id, entry })),
        events: [],
        nonces: [],
      },
    ],
    [],
  );
  return conflicts.length === 0;
};

/** One that fired by then, and that nobody has. Its group's thread has told of it. */
const acknowledged = (member: Alert, ack: NonNullable<Alert['ack']>): AlertChange => {
  const late = member.memberOf === undefined || member.memberOf.at > ack.at;
  if (member.status !== 'firing' || member.ack || late) return {};
  const { by, at, assignedBy } = ack;
  const what = assignedBy
    ? line(at, inFull(assignedBy), 'assign', remark({ code: 'assigned_with_group', to: inFull(by) }))
    : line(at, inFull(by), 'ack', remark({ code: 'with_group' }));
  return { write: { alert: { ...member, ack }, journal: [what] } };
};

/** One that the silence of its group fits. Its group's thread has told of it. */
const silencedToo = (member: Alert, { covers = [], ...silence }: Silence, now: number): AlertChange => {
  if (member.status !== 'firing' || isSilent(member, now)) return {};
  if (!covers.some((target) => isSilencedBy(member, target))) return {};
  const why = remark({ code: 'with_group' });
  const journal = [line(now, inFull(silence.by), 'silence_done', why)];
  return { write: { alert: { ...member, silence }, journal } };
};

const givenBack = (member: Alert, former: readonly number[], now: number): AlertChange => {
  const { ack, ...rest } = member;
  if (!ack || !former.includes(ack.at)) return {};
  const why = remark({ code: 'with_group' });
  return { write: { alert: rest, journal: [line(now, 'farmhand', 'unack', why)] } };
};
