import { isObject } from '../../core/json.ts';
import type { Instance } from '../model/parts/instance.ts';
import type { Step } from '../model/parts/step.ts';
import type { Phase, Rebuild } from '../model/rebuild.ts';
import type { RebuildId } from '../model/rebuild-id.ts';
import { currentStep, hasEnded } from '../model/record.ts';

/**
 * What the card of a rebuild remembers of its record, for the day on which that is gone: told in the message's metadata
 * with every update of the card, and never read while there is a record that is not behind it.
 */
export interface CardMemory {
  readonly instance: string;
  readonly phase: Phase;
  /** Of the record. */
  readonly version: number;
  /** The record, but what is long, or is seen again. Absent: Slack would not take so much. */
  readonly kept?: Kept;
}

/** Where the pods of a rebuild are: what must not have changed when it is taken up again. */
export type Place = Pick<
  Instance,
  'engine' | 'way' | 'cluster' | 'namespace' | 'farmerSet' | 'synchronizerSet' | 'approval'
>;

export type Kept = Omit<
  Rebuild,
  | 'plan'
  | 'marks'
  | 'alerts'
  | 'card'
  | 'ticket'
  | 'drift'
  | 'offer'
  | 'refusals'
  | 'asked'
  | 'planDue'
  | 'approvers'
  | 'awaited'
> & {
  readonly place: Place;
  readonly plan: Omit<Rebuild['plan'], 'instance' | 'warnings' | 'since'>;
  readonly card: Pick<Rebuild['card'], 'noteCount'>;
  readonly ticket: Pick<Rebuild['ticket'], 'state' | 'key' | 'url' | 'count'>;
};

/** Pure: what is told with the card of this record. */
export const memoryOf = (rebuild: Rebuild): CardMemory => ({
  instance: rebuild.plan.instance.name,
  phase: rebuild.phase,
  version: rebuild.version,
  kept: keptOf(rebuild),
});

const keptOf = (rebuild: Rebuild): Kept => {
  const {
    marks: _,
    alerts: _1,
    drift: _2,
    offer: _3,
    refusals: _4,
    asked: _5,
    planDue: _6,
    approvers: _9,
    awaited: _10,
    messages = [],
    ...rest
  } = rebuild;
  const { instance, warnings: _7, since: _8, ...plan } = rebuild.plan;
  const { engine, way, cluster, namespace, farmerSet, synchronizerSet, approval } = instance;
  const { state, key, url, count } = rebuild.ticket;
  const { progress } = rebuild;
  return {
    ...rest,
    // Those that ask for something are brought up to date once it is known what.
    messages: messages.filter((message) => message.state === 'open'),
    place: { engine, way, cluster, namespace, farmerSet, synchronizerSet, approval },
    plan,
    farmers: withoutSeen(rebuild.farmers),
    synchronizer: withoutSeen(rebuild.synchronizer),
    ...(progress && { progress: { ...progress, samples: [] } }),
    // What a step says and asks follows from what is seen then; but at rest it is the question that keeps farmers down.
    steps: rebuild.steps.map(({ says: _says, ask, ...step }) => ({
      ...step,
      ...(rebuild.rest && ask && { ask }),
    })),
    effects: rebuild.effects.map(({ url: _url, error: _error, reason: _why, by: _by, ...effect }) => effect),
    frontends: rebuild.frontends.map(({ says: _says, ...frontend }) => frontend),
    card: { noteCount: rebuild.card.noteCount },
    ticket: { state, count, ...(key !== undefined && { key }), ...(url !== undefined && { url }) },
  };
};

const withoutSeen = <T extends { readonly seen?: unknown }>({ seen: _, ...rest }: T): Omit<T, 'seen'> => rest;

/** True when it is what some version of farmhand told, as far as everything else builds on it. */
export const isKept = (value: unknown): value is Kept =>
  isObject(value) &&
  typeof value['id'] === 'string' &&
  [value['at'], value['pausedMs']].every(Number.isFinite) &&
  ['place', 'plan', 'by', 'farmers', 'synchronizer', 'card', 'ticket'].every((part) =>
    isObject(value[part]),
  ) &&
  ['steps', 'effects', 'overrides', 'frontends'].every((list) => Array.isArray(value[list]));

/** Numbers of notes and comments that may have been given after the card was last brought up to date. */
export const gap = 1_000;

/** Where a card stands. */
export interface CardPlace {
  readonly id: RebuildId;
  readonly channel: string;
  readonly ts: string;
}

/**
 * The record as its card remembers it, at its place in Slack. Nothing is missing that a change of the world hangs on but
 * what was done after the card was last brought up to date; that is looked for before it is done.
 */
export const restored = (
  { channel, ts }: CardPlace,
  kept: Kept,
  instance: Instance,
  now: number,
): Rebuild => {
  const { place: _, ...rest } = kept;
  const { ticket } = kept;
  const rebuild: Rebuild = {
    ...rest,
    plan: {
      ...kept.plan,
      instance: { ...instance, approval: instance.approval || kept.place.approval },
      warnings: [],
    },
    messageCount: (kept.messageCount ?? 0) + gap,
    marks: [{ at: now, kind: 'step', says: 'adopted' }],
    alerts: [],
    card: { channel, state: 'open', ts, shown: 'adopted', notes: [], noteCount: kept.card.noteCount + gap },
    ticket: {
      ...ticket,
      entries: [],
      count: ticket.count + gap,
      attempts: 0,
      // What was told before is in the ticket, and not on record: it stays there as it is.
      ...(ticket.state === 'open' && {
        description: { state: 'new', due: now, tries: 0, since: now } as const,
      }),
      // It may have been raised meanwhile: it is looked for first.
      ...(ticket.state === 'wanted' && { doubt: { n: 0, since: now, claim: 'lost' } }),
    },
  };
  return hasEnded(rebuild) ? rebuild : { ...withTime(rebuild, now), driveAt: now };
};

/**
 * The time for which nobody looked counts neither as standing still nor towards the limit of the step. At rest none of it
 * counts, and the deadline is moved when the rest ends.
 */
const withTime = (rebuild: Rebuild, now: number): Rebuild => {
  const { stalledSince: _, progress, ...rest } = rebuild;
  const step = currentStep(rebuild);
  const again = ({ deadline, ...bare }: Step): Step =>
    deadline === undefined
      ? bare
      : { ...bare, deadline: now + Math.max(0, deadline - (bare.startedAt ?? deadline)) };
  const of = step?.name;
  const runs = of === 'history' || of === 'rebuild' || of === 'write';
  const known = progress?.of === of ? progress : undefined;
  const seen = known ?? (runs ? { of, percent: 0, samples: [] } : progress);
  return {
    ...rest,
    steps: rest.steps.map((each) => (each.name === of && !rebuild.rest ? again(each) : each)),
    ...(seen && { progress: { ...seen, movedAt: now } }),
  };
};

/**
 * Whether a card knows of something that its record does not: a change of the world, a step, a word of a person. A
 * record that only lacks a bookmark of its card is not behind.
 */
export const isBehind = (record: Rebuild, { version, phase, kept }: CardMemory): boolean => {
  if (version <= record.version) return false;
  if (!kept) return phase !== record.phase || hasEnded(record) !== isOver(phase);
  return JSON.stringify(essence(record)) !== JSON.stringify(essence(kept));
};

export const isOver = (phase: Phase): boolean => hasEnded({ phase } as Rebuild);

const essence = (
  rebuild: Pick<
    Rebuild,
    'phase' | 'steps' | 'effects' | 'overrides' | 'farmers' | 'pause' | 'approval' | 'confirmed' | 'end'
  > & { readonly ticket: Pick<Rebuild['ticket'], 'key'> },
) => [
  rebuild.phase,
  rebuild.steps.map(({ name, state, attempt }) => [name, state, attempt]),
  rebuild.effects.map(({ key, state, arrivedAt }) => [key, state, arrivedAt]),
  rebuild.overrides.length,
  rebuild.farmers.target,
  rebuild.pause?.at,
  rebuild.approval?.at,
  rebuild.confirmed?.at,
  rebuild.end?.at,
  rebuild.ticket.key,
];
