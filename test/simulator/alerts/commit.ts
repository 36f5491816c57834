import { operatorClass, queuePosition, samePosition } from '../../../src/alerts/channel/queue-position.ts';
import type { Alert, AlertId } from '../../../src/alerts/model/alert.ts';
import { placeOfEvent, reachOf } from '../../../src/alerts/model/event-place.ts';
import type { EventRecord } from '../../../src/alerts/model/event-record.ts';
import { keyOfMember, rowOf } from '../../../src/alerts/model/membership.ts';
import type { LooseEvent, SeriesWrite } from '../../../src/alerts/ports/store.ts';
import { classOf, type EventReason } from '../../../src/core/reasons.ts';
import { cutJournal } from '../../fakes/cut-journal.ts';
import { noteCalls } from '../calls.ts';
import { keyOfEvent, laneOf, type RecordsState } from './records-state.ts';

export interface ModelBlock extends SeriesWrite {
  /** Where the record is kept. */
  readonly at: 'series' | 'archive';
  readonly settles?: { readonly event: string; readonly reason: EventReason };
  readonly urgent?: boolean;
}

export interface Committed {
  readonly conflicts: readonly number[];
  readonly marked: readonly string[];
}

const step = 1e13;

/** The model of the commit script: each block whole or not at all. */
export const commit = (
  state: RecordsState,
  blocks: readonly ModelBlock[],
  loose: readonly LooseEvent[],
  now: number,
  writer: string,
): Committed => {
  raiseSeen(state, blocks, loose);
  const conflicts: number[] = [];
  const touched = new Set<string>();
  for (const [i, block] of blocks.entries()) {
    if (!write(state, block, now, touched)) conflicts.push(i);
    else if (block.before) watch(state, block.before, block.after, now, writer);
  }
  for (const { record, keep } of loose) {
    if (keep && !state.events.has(keyOfEvent(record.id))) state.events.set(keyOfEvent(record.id), record);
    received(state, record);
  }
  const urgent = new Set(blocks.flatMap((block) => (block.urgent ? [block.after.channel] : [])));
  const marked = [...touched].filter((channel) => !state.marks.has(channel) || urgent.has(channel));
  for (const channel of marked) state.marks.add(channel);
  return { conflicts, marked };
};

/** Before anything else, and for what conflicts, too. */
const raiseSeen = (
  { seen }: RecordsState,
  blocks: readonly ModelBlock[],
  loose: readonly LooseEvent[],
): void => {
  const written = [...blocks.flatMap(({ events }) => events), ...loose.map(({ record }) => record)];
  for (const [stream, reach] of reachOf(written.flatMap(({ id }) => placeOfEvent(id) ?? []))) {
    if (BigInt(seen.get(stream) ?? 0) < BigInt(reach)) seen.set(stream, reach);
  }
};

/** I4: who gives a claim up is its owner; who takes one over waits until it has been lost. */
const watch = (state: RecordsState, before: Alert, after: Alert, now: number, writer: string): void => {
  if (before.thread.state !== 'posting' || before.id !== after.id) return;
  const { claim, since, retryAt } = before.thread;
  const givenUp = after.thread.state === 'wanted' || after.thread.state === 'failed';
  if (givenUp && !claim.startsWith(`${writer}.`)) {
    state.trespasses.push(`${writer} gave up the claim ${claim} of ${after.id}`);
  }
  // With a time to retry its owner has said how it ended.
  const fresh = retryAt === undefined && since + claimTimeout > now + clockSkew;
  if (!fresh || after.thread.state !== 'posting') return;
  if (after.thread.claim !== claim) {
    state.trespasses.push(`${writer} took over the fresh claim ${claim} of ${after.id}`);
  } else if (after.thread.retryAt !== undefined && !claim.startsWith(`${writer}.`)) {
    state.trespasses.push(`${writer} spoke for the fresh claim ${claim} of ${after.id}`);
  }
};

/** Those of the simulated processes; ms. */
const claimTimeout = 15_000;
const clockSkew = 2_000;

const write = (state: RecordsState, block: ModelBlock, now: number, touched: Set<string>): boolean => {
  const { before, after, at, archived, journal, events, nonces, settles } = block;
  const present = at === 'series' ? state.series.get(after.fingerprint) : state.archive.get(after.id);
  if ((present?.version ?? 0) !== (before?.version ?? 0)) return false;
  const version = (before?.version ?? 0) + 1;
  const stored = { ...after, version };
  if (at === 'series') state.series.set(after.fingerprint, stored);
  else state.archive.set(after.id, stored);
  const formerOf = (alert: Alert): Alert | undefined => (before?.id === alert.id ? before : undefined);
  place(state, formerOf(after), after, now, block.urgent === true, touched);
  for (const old of archived) {
    state.archive.set(old.id, { ...old, version });
    place(state, formerOf(old), old, now, false, touched);
  }
  if (after.thread.state === 'open') {
    const threads = state.threads.get(after.channel) ?? new Map<string, string>();
    state.threads.set(after.channel, threads.set(after.thread.ts, after.id));
  }
  noteCalls(state.calls, before, after, state.clock());
  for (const [id, lines] of Map.groupBy(journal, (each) => each.id)) {
    const all = [...(state.journals.get(id) ?? []), ...lines.map(({ entry }) => entry)];
    state.journals.set(id, [...cutJournal(all, journalLines, now)]);
  }
  for (const event of events) {
    state.events.set(keyOfEvent(event.id), event);
    received(state, event);
  }
  for (const { key, validUntil } of nonces) state.nonces.set(key, validUntil);
  if (settles) settle(state, settles);
  return true;
};

const place = (
  state: RecordsState,
  before: Alert | undefined,
  after: Alert,
  now: number,
  urgent: boolean,
  touched: Set<string>,
): void => {
  const { id, channel } = after;
  if (before && before.channel !== channel) leaveAll(state, before.channel, id);
  const next = queuePosition(after);
  const still = before && before.channel === channel && !urgent && samePosition(queuePosition(before), next);
  if (!still) {
    const lane = laneOf(state, channel);
    lane.parked.delete(id);
    if (next.queue !== 'update') lane.updates.delete(id);
    if (next.queue !== 'post') lane.posts.delete(id);
    if (next.queue === 'update') {
      const score = (urgent ? operatorClass : next.class) * step + now;
      lane.updates.set(id, Math.min(score, lane.updates.get(id) ?? score));
    } else if (next.queue === 'post') {
      const own = `${next.class}:${after.tier}`;
      const turn = Math.max(lane.turns.get(own) ?? 0, lane.turns.get(String(next.class)) ?? 0) + 1;
      lane.turns.set(own, turn);
      lane.posts.set(id, next.class * step + turn);
    } else if (next.wakeAt !== undefined) lane.parked.set(id, { until: next.wakeAt });
    if (next.queue !== 'idle' || next.wakeAt !== undefined) touched.add(channel);
  }
  placeInGroup(state, before, after, now, urgent, touched);
  const at = dueAt(after);
  if (at === undefined) state.due.delete(id);
  else state.due.set(id, at);
};

const placeInGroup = (
  state: RecordsState,
  before: Alert | undefined,
  after: Alert,
  now: number,
  urgent: boolean,
  touched: Set<string>,
): void => {
  const { memberOf, group } = after;
  const row = rowOf(after);
  const fresh = row !== undefined && JSON.stringify(row) !== JSON.stringify(before && rowOf(before));
  const asked =
    group !== undefined &&
    before !== undefined &&
    (before.ack !== after.ack ||
      before.silence !== after.silence ||
      before.group?.givenBack !== group.givenBack);
  if (!fresh && !asked) return;
  const name = memberOf?.group ?? after.fingerprint;
  const channel = memberOf?.channel ?? group?.home ?? after.channel;
  const members = state.groups.get(name) ?? { rows: new Map(), key: undefined, seq: 0, next: 0 };
  state.groups.set(name, members);
  if (row) members.rows.set(after.id, row);
  members.key = keyOfMember(after) ?? members.key;
  members.seq += 1;
  const { groups } = laneOf(state, channel);
  const at = urgent ? 0 : Math.max(now, members.next);
  groups.set(name, Math.min(at, groups.get(name) ?? at));
  touched.add(channel);
};

const dueAt = (alert: Alert): number | undefined => {
  const open = alert.actions.filter(({ state }) => state === 'waiting' || state === 'running');
  return open.length === 0 ? undefined : Math.min(...open.map(({ nextAt }) => nextAt));
};

export const leaveAll = (state: RecordsState, channel: string, id: AlertId): void => {
  const lane = laneOf(state, channel);
  for (const queue of [lane.posts, lane.updates, lane.parked]) queue.delete(id);
};

/** As configured where nothing is. */
const journalLines = 200;

const count = (state: RecordsState, field: string, by: number): void => {
  state.books.set(field, (state.books.get(field) ?? 0) + by);
};

const received = (state: RecordsState, event: EventRecord): void => {
  count(state, 'received', 1);
  count(state, classOf(event.reason), 1);
  count(state, `${event.type ?? '-'}|${event.reason}`, 1);
};

const settle = (state: RecordsState, { event, reason }: NonNullable<ModelBlock['settles']>): void => {
  const record = state.events.get(keyOfEvent(event));
  if (record) state.events.set(keyOfEvent(event), { ...record, reason });
  count(state, 'pending', -1);
  count(state, classOf(reason), 1);
  count(state, `settled|${reason}`, 1);
};
