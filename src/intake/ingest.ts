import type { InstanceLinks } from '../alerts/evolve/instance-link.ts';
import type { AlertEvent, MessagePosition, Position } from '../alerts/model/event.ts';
import type { EventRecord } from '../alerts/model/event-record.ts';
import type { RouteTable } from '../alerts/model/routing.ts';
import type { AlertStore, AskedFor, LooseEvent } from '../alerts/ports/store.ts';
import { StoreUnavailable } from '../core/errors.ts';
import type { Building } from '../core/json.ts';
import type { EventReason } from '../core/reasons.ts';
import { type BatchPlan, type BatchPolicy, nonceKey, planBatch, rejectedRecord } from './plan-batch.ts';
import { namesOfSeries, type Strangers } from './strangers.ts';
import type { IngestSpans, IngestTracing } from './tracing.ts';
import type {
  DeadLetterPort,
  Decoded,
  IngestPort,
  IngestReceipt,
  RawMessage,
  Rejection,
} from './wire/raw.ts';

/** What the intake needs of the record store. */
export type IntakeStore = Pick<AlertStore, 'look' | 'alertsOf' | 'takeIn' | 'takeInUnknown'>;

export interface RecordDeps {
  readonly store: IntakeStore;
  readonly routes: () => RouteTable;
  readonly policy: () => BatchPolicy;
  /** Instances and their rebuilds, for linking; default: none. */
  readonly links?: () => InstanceLinks;
  /** For metrics: what became of the events of a batch, those with the same outcome together. */
  readonly onOutcome: (outcome: Outcome) => void;
  /** Told of Alertmanagers that send the same, where nothing says whether they are one. */
  readonly onTwins?: (one: string, other: string) => void;
  /** For events whose record cannot be read; what a look finds needs none. */
  readonly deadLetters?: DeadLetterPort;
  /** Of the batch that is under way. */
  readonly spans?: IngestSpans;
}

export interface IngestDeps extends RecordDeps {
  /** A promise for a body that is read elsewhere. */
  readonly decode: (message: RawMessage) => Decoded | Promise<Decoded>;
  readonly deadLetters: DeadLetterPort;
  /** Absent: what is there is always looked at first. */
  readonly strangers?: Strangers;
  /** Told once for each webhook whose alerts are on record: of its group, and where they are. */
  readonly onGroup?: (event: AlertEvent, channel: string) => void;
  readonly tracing?: IngestTracing | undefined;
}

export interface Outcome {
  readonly type: string;
  readonly tier: string;
  readonly via: Position['via'];
  readonly reason: EventReason;
  readonly count: number;
}

const maxTries = 10;

/** Messages to durable records: dead letters first, then records; only then does the promise resolve. */
export const createIngest = (deps: IngestDeps): IngestPort => ({
  ingest: async (messages, signal) => {
    const bodies = messages.map(deps.decode);
    // What is read here and now waits for nothing: not even for a turn of the loop.
    const read = bodies.every(isRead) ? bodies : await Promise.all(bodies);
    const spans = deps.tracing?.begin(messages, read);
    if (!spans) return takeIn(deps, messages, read, signal);
    try {
      const receipt = await takeIn({ ...deps, spans }, messages, spans.decoded, signal);
      spans.end(receipt);
      return receipt;
    } catch (error) {
      spans.fail(error);
      throw error;
    }
  },
});

const takeIn = async (
  deps: IngestDeps,
  messages: readonly RawMessage[],
  decoded: readonly Decoded[],
  signal: AbortSignal | undefined,
): Promise<IngestReceipt> => {
  const events = decoded.flatMap((d) => d.events);
  const rejected = decoded.flatMap((d) => d.rejections);
  if (rejected.length > 0) await deps.deadLetters.keep(rejected);
  const all = slices(events);
  const originOf = (event: AlertEvent): RawMessage | undefined =>
    messages[decoded.findIndex((each) => each.events.includes(event))];
  const aside: Aside[] = [];
  for (const [i, slice] of all.entries()) {
    if (signal?.aborted) throw givenUp(all.length - i);
    const mine = i === 0 ? rejected : [];
    if (await recordUnseen(deps, slice, mine)) continue;
    aside.push(...(await record(deps, slice, mine, originOf)));
    deps.strangers?.meet(slice);
  }
  tellGroups(deps, events);
  const gone = new Set(aside.map(({ event }) => event));
  return {
    ids: events.flatMap((event) => (gone.has(event) ? [] : event.id)),
    rejected: [...rejected, ...aside.map(({ rejection }) => rejection)],
  };
};

const tellGroups = ({ onGroup, routes }: IngestDeps, events: readonly AlertEvent[]): void => {
  if (onGroup === undefined) return;
  let last: AlertEvent['group'];
  for (const event of events) {
    const { group } = event;
    if (group === undefined || (group.key === last?.key && group.left === last.left)) continue;
    last = group;
    onGroup(event, routes().choose(event).channel);
  }
};

/** Puts farmhand's own events on record, as any other. */
export const recordOwn = async (deps: RecordDeps, events: readonly AlertEvent[]): Promise<void> => {
  await record(deps, events, [], () => undefined);
};

const isRead = (body: Decoded | Promise<Decoded>): body is Decoded => !(body instanceof Promise);

/** Events that are planned and written at once: about 20 ms of this thread, and as much of Redis. */
const sliceSize = 500;

/** In their order, so that what one series says stays in order, too. At least one, which may be empty. */
const slices = (events: readonly AlertEvent[]): readonly (readonly AlertEvent[])[] =>
  events.length <= sliceSize
    ? [events]
    : Array.from({ length: Math.ceil(events.length / sliceSize) }, (_, i) =>
        events.slice(i * sliceSize, (i + 1) * sliceSize),
      );

const givenUp = (left: number): StoreUnavailable =>
  new StoreUnavailable(
    `Nobody waits for these events any more; ${left * sliceSize} of them at most are not on record.`,
  );

interface Aside {
  readonly event: AlertEvent;
  readonly rejection: Rejection;
}

/**
 * Plans and writes; what somebody else changed meanwhile is planned again from the new state. What belongs to a record
 * that cannot be read is kept in the dead letters: guessing would lose the record or open a second thread.
 * @returns what was put aside
 */
const record = async (
  deps: RecordDeps,
  events: readonly AlertEvent[],
  rejected: readonly Rejection[],
  originOf: (event: AlertEvent) => RawMessage | undefined,
): Promise<readonly Aside[]> => {
  const aside: Aside[] = [];
  const rejections = looseOf(rejected);
  let left = events;
  let first = true;
  for (let tries = 0; tries < maxTries; tries++) {
    const { plan, unreadable } = await planFrom(deps, left);
    const more = left.flatMap((event): readonly Aside[] => {
      const key = unreadable.get(event.fingerprint);
      const { position } = event;
      // What a look at Alertmanager found is found again by the next one.
      if (key === undefined || position.via === 'look') return [];
      const origin = originOf(event) ?? ownOf(event, position);
      return [{ event, rejection: asideOf({ ...origin, position }, key) }];
    });
    if (more.length > 0) await deps.deadLetters?.keep(more.map(({ rejection }) => rejection));
    aside.push(...more);
    const told = looseOf(more.map(({ rejection }) => rejection));
    const loose = [...(first ? rejections : []), ...told, ...plan.loose];
    const conflicts = new Set(await deps.store.takeIn(plan.writes, loose));
    report(deps, plan, conflicts, loose);
    for (const [one, other] of plan.twins ?? []) deps.onTwins?.(one, other);
    if (conflicts.size === 0) return aside;
    first = false;
    left = stillToWrite(left, plan, conflicts);
  }
  throw new StoreUnavailable(
    'The same alerts kept changing while they were written; the events will be retried.',
  );
};

/** `unreadable`: Redis keys by fingerprint; their events are left out of the plan. */
const planFrom = async (
  deps: RecordDeps,
  events: readonly AlertEvent[],
): Promise<{ readonly plan: BatchPlan; readonly unreadable: ReadonlyMap<string, string> }> => {
  const { live, unreadable, known } = await deps.store.look(askedOf(events));
  const formerIds = events.flatMap((event) => (known.has(event.id) ? [] : (event.formerId ?? [])));
  const former = formerIds.length === 0 ? undefined : await deps.store.alertsOf(formerIds);
  const readable = unreadable.size === 0 ? events : events.filter((e) => !unreadable.has(e.fingerprint));
  const plan = planBatch(readable, live, known, deps.routes(), deps.policy(), deps.links?.(), former);
  return { plan, unreadable };
};

const askedOf = (events: readonly AlertEvent[]): AskedFor => ({
  fingerprints: namesOfSeries(events),
  eventIds: events.map(({ id }) => id),
  nonces: events.flatMap((event) => nonceKey(event) ?? []),
});

/** Plans and writes what most likely nobody knows, without a look. False: something is known, and nothing was written. */
const recordUnseen = async (
  deps: IngestDeps,
  events: readonly AlertEvent[],
  rejected: readonly Rejection[],
): Promise<boolean> => {
  const { store, strangers } = deps;
  if (events.length === 0 || !strangers?.worthAGuess(events)) return false;
  const plan = planBatch(events, new Map(), new Set(), deps.routes(), deps.policy(), deps.links?.());
  const loose = [...looseOf(rejected), ...plan.loose];
  const right = await store.takeInUnknown(plan.writes, loose, askedOf(events));
  strangers.guessed(right);
  strangers.meet(events);
  if (right) report(deps, plan, new Set(), loose);
  return right;
};

const looseOf = (rejected: readonly Rejection[]): readonly LooseEvent[] =>
  rejected.map((rejection) => ({ record: rejectedRecord(rejection), keep: true }));

/** farmhand's own events came in no message: they are kept as they are. */
const ownOf = (event: AlertEvent, position: MessagePosition): RawMessage => ({
  value: Buffer.from(JSON.stringify(event)),
  headers: {},
  position,
  receivedAt: event.receivedAt,
});

const asideOf = (message: RawMessage, key: string): Rejection => ({
  reason: 'unreadable_record',
  detail: `${key}: the record of this alert cannot be read, so the event was not taken in; repair or rename the key, and replay this`,
  message,
});

/** Of the series that somebody else changed; what was loose is on record already and must not be counted again. */
const stillToWrite = (
  events: readonly AlertEvent[],
  plan: BatchPlan,
  conflicts: ReadonlySet<string>,
): readonly AlertEvent[] => {
  const failed = plan.writes.filter(({ after }) => conflicts.has(after.fingerprint));
  const planned = new Set(failed.flatMap((write) => write.events.map(({ id }) => id)));
  const first = new Set<string>();
  return events.filter(({ id }) => planned.has(id) && !first.has(id) && first.add(id));
};

const report = (
  deps: RecordDeps,
  plan: BatchPlan,
  conflicts: ReadonlySet<string>,
  loose: BatchPlan['loose'],
): void => {
  const written = plan.writes.filter((write) => !conflicts.has(write.after.fingerprint));
  // A batch has few of them, so each is found sooner by looking than by a key made for every event.
  const outcomes: Building<Outcome>[] = [];
  const add = ({ type = 'unknown', tier = 'unknown', position: { via }, reason }: EventRecord): void => {
    const known = outcomes.find(
      (one) => one.reason === reason && one.type === type && one.tier === tier && one.via === via,
    );
    if (known) known.count++;
    else outcomes.push({ type, tier, via, reason, count: 1 });
  };
  for (const { events } of written) for (const event of events) add(event);
  for (const { record } of loose) add(record);
  for (const outcome of outcomes) deps.onOutcome(outcome);
  deps.spans?.recorded(
    written.map(({ after }) => after),
    written.map((write) => write.events.map(({ id }) => id)),
  );
};
