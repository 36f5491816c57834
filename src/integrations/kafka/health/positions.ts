import type { Admin } from 'kafkajs';
import type { Log } from '../../../observability/log.ts';

/** Records that were gone before they were read: retention was shorter than the outage. */
export interface OffsetGap {
  readonly topic: string;
  readonly partition: number;
  /** The first record that is missing; undefined when nobody knows where reading had stopped. */
  readonly from?: string;
  /** Reading goes on here, at the earliest that is left. */
  readonly to: string;
  /** How many; undefined when the topic was made again or cut, so that nobody can tell. */
  readonly missing?: number;
  /** The topic was deleted and made again: what was not read of the old one is gone. */
  readonly remade?: true;
}

/** The gap between where reading had stopped and the earliest record that is left. */
export const offsetGapOf = (
  place: { readonly topic: string; readonly partition: number },
  stoppedAt: string | undefined,
  earliest: string,
): OffsetGap => {
  if (stoppedAt === undefined) return { ...place, to: earliest };
  const missing = BigInt(earliest) - BigInt(stoppedAt);
  const gap = { ...place, from: stoppedAt, to: earliest };
  return missing > 0n ? { ...gap, missing: Number(missing) } : gap;
};

/** Where reading stands in a partition. */
export interface Standing {
  /** The next record to read. */
  readonly next: string;
  /** The life of the topic (its id) that this was read in; undefined where nobody knows. */
  readonly life?: string;
}

export interface Positions {
  /** To be awaited before the group is joined: from then on kafkajs may move a position that is out of range. */
  prepare(): Promise<void>;
  /** Membership has changed: others may have read on, so the committed positions count. */
  joined(): void;
  /** Everything before `next` is done. */
  reached(topic: string, partition: number, standing: Standing): void;
  outOfRange(topic: string, partition: number): void;
  /** By this process, or else as it was committed when last asked; undefined where nothing was. */
  at(topic: string, partition: number): Standing | undefined;
  /** What this process itself has read since it joined. */
  own(topic: string, partition: number): Standing | undefined;
  /** This process has committed there, and nothing is committed any more. */
  uncommitted(topic: string, partition: number): boolean;
}

interface Committed {
  readonly standings: ReadonlyMap<string, Standing>;
  readonly none: ReadonlySet<string>;
}

const nothing: Committed = { standings: new Map(), none: new Set() };
/** Metadata of a commit: `life=<topic id>`. What others wrote there says nothing. */
export const commitNote = (life: string | undefined): string | null =>
  life === undefined ? null : `life=${life}`;
const lifeIn = (note: string | null | undefined): string | undefined =>
  /^life=([0-9a-f]{32})$/.exec(note ?? '')?.[1];

/** One partition, as the key of a map. */
export const placeKey = (topic: string, partition: number): string => `${partition}:${topic}`;

/**
 * Knows where reading stands, to tell what is missing when a broker says that the records there are gone. Offsets
 * jump without loss too (compaction, transaction markers), so only the broker's word counts.
 */
export const createPositions = (deps: {
  readonly group: string;
  readonly topics: readonly string[];
  readonly admin: () => Admin | undefined;
  readonly log: Log;
  readonly onGap: (gap: OffsetGap) => void;
}): Positions => {
  let reached = new Map<string, Standing>();
  let committed = nothing;
  let asking: Promise<Committed> = Promise.resolve(nothing);

  const ask = async (): Promise<Committed> => {
    // What is committed between the question and its answer must not look as if it had gone.
    const before = new Set(reached.keys());
    const found = await deps.admin()?.fetchOffsets({ groupId: deps.group, topics: [...deps.topics] });
    const all = (found ?? []).flatMap(({ topic, partitions }) =>
      partitions.map((each) => ({ key: placeKey(topic, each.partition), ...each })),
    );
    const standing = ({ offset, metadata }: { offset: string; metadata: string | null }): Standing => {
      const life = lifeIn(metadata);
      return { next: offset, ...(life !== undefined && { life }) };
    };
    const isNone = ({ offset }: { offset: string }): boolean => offset.startsWith('-');
    return {
      standings: new Map(all.filter((each) => !isNone(each)).map((each) => [each.key, standing(each)])),
      none: new Set(all.filter((each) => isNone(each) && before.has(each.key)).map((each) => each.key)),
    };
  };
  /** `at` is taken at the moment of the refusal: reading goes on meanwhile. */
  const report = async (topic: string, partition: number, at: string | undefined): Promise<void> => {
    const before = asking;
    const offsets = await deps.admin()?.fetchTopicOffsets(topic);
    const earliest = offsets?.find((each) => each.partition === partition)?.low;
    const stoppedAt = at ?? (await before).standings.get(placeKey(topic, partition))?.next;
    deps.onGap(
      earliest === undefined
        ? { topic, partition, to: 'unknown' }
        : offsetGapOf({ topic, partition }, stoppedAt, earliest),
    );
  };
  const failed = (error: unknown): void =>
    deps.log.warn({ error }, 'The positions in Kafka could not be asked for');

  const askAgain = (): Promise<Committed> => {
    asking = ask().then(
      (now) => {
        committed = now;
        return now;
      },
      (error: unknown) => {
        failed(error);
        return nothing;
      },
    );
    return asking;
  };
  let first = true;

  return {
    prepare: async () => void (await askAgain()),
    joined: () => {
      reached = new Map();
      if (!first) void askAgain();
      first = false;
    },
    reached: (topic, partition, standing) => {
      reached.set(placeKey(topic, partition), standing);
    },
    outOfRange: (topic, partition) => {
      report(topic, partition, reached.get(placeKey(topic, partition))?.next).catch((error: unknown) => {
        failed(error);
        deps.onGap({ topic, partition, to: 'unknown' });
      });
    },
    at: (topic, partition) =>
      reached.get(placeKey(topic, partition)) ?? committed.standings.get(placeKey(topic, partition)),
    own: (topic, partition) => reached.get(placeKey(topic, partition)),
    uncommitted: (topic, partition) => committed.none.has(placeKey(topic, partition)),
  };
};
