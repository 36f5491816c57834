import { withDeadline } from '../../../core/deadline.ts';
import { messageOf } from '../../../core/errors.ts';
import type { Log } from '../../../observability/log.ts';
import type { BrokerView, TopicView } from './broker-view.ts';
import { isRemade, lagOf, type PartitionFacts, partitionProblem, topicProblem } from './judge.ts';
import type { Assignment, KafkaObserver } from './observer.ts';
import { type OffsetGap, type Positions, placeKey } from './positions.ts';
import { othersIn, type ReadingProblem, readingProblemWords } from './problems.ts';

/** How often the brokers are asked, and how long an answer may take; ms. */
export const lookEvery = 10_000;
const lookTimeout = 15_000;

export interface LookoutDeps {
  readonly view: BrokerView;
  readonly topics: readonly string[];
  readonly group: string;
  /** Farmhand's own. */
  readonly clientId: string;
  readonly positions: Positions;
  /** The partitions that this process has to read now. */
  readonly assignment: () => Assignment;
  /** Since when messages of a partition are in hand, ms since the epoch. */
  readonly inHandSince: (topic: string, partition: number) => number | undefined;
  readonly observer: Pick<KafkaObserver, 'lag' | 'shared'>;
  /** The topic was made again: it is to be read from `offset` on. */
  readonly rewind: (place: { topic: string; partition: number; offset: string; life?: string }) => void;
  readonly onGap: (gap: OffsetGap) => void;
  readonly log: Log;
  readonly now: () => number;
}

export interface Lookout {
  /** Asks the brokers; @throws what they or the way to them say. */
  look(): Promise<readonly TopicView[]>;
  /** By the last look: rewinds what is another topic than was read. Called with each new assignment, before the first fetch. */
  apply(): void;
  /** The topic's id by the last look. */
  lifeOf(topic: string): string | undefined;
  /** What keeps records from being read, by the last look. */
  problems(): readonly string[];
}

/** Looks at Kafka from beside the consumer, which does not know what it does not get. */
export const createLookout = (deps: LookoutDeps): Lookout => {
  const { positions, topics, now } = deps;
  let views: readonly TopicView[] = [];
  /** Others that take partitions of the group. */
  let others: readonly string[] = [];
  let problems: readonly ReadingProblem[] = [];
  /** Where each partition stood when it last moved. */
  const still = new Map<string, { readonly next: string; readonly since: number }>();

  const mine = () =>
    views.flatMap(({ topic, id, wrong, partitions }) => {
      const assigned = wrong === undefined ? (deps.assignment()[topic] ?? []) : [];
      return partitions
        .filter(({ partition }) => assigned.includes(partition))
        .map((view) => ({ topic, id, view }));
    });

  const apply = (): void => {
    for (const { topic, id, view } of mine()) {
      const { partition, low } = view;
      const standing = positions.at(topic, partition);
      const own = positions.own(topic, partition);
      const uncommitted = positions.uncommitted(topic, partition);
      if (low === undefined || !isRemade(id, view, { standing, own, uncommitted })) continue;
      // Where reading had stopped in the old one is not known: the same number may have been read on in the new one.
      deps.onGap({ topic, partition, to: low, remade: true });
      const life = id === undefined ? {} : { life: id };
      positions.reached(topic, partition, { next: low, ...life });
      deps.rewind({ topic, partition, offset: low, ...life });
    }
  };

  const judge = (): void => {
    const at = now();
    const facts = mine().map(({ topic, view }): PartitionFacts => {
      const { partition } = view;
      const standing = positions.at(topic, partition);
      const lag = lagOf(view, standing);
      if (lag !== undefined) deps.observer.lag(topic, partition, lag);
      const key = placeKey(topic, partition);
      const next = standing?.next ?? '';
      const before = still.get(key);
      if (lag === 0) still.delete(key);
      else if (before?.next !== next) still.set(key, { next, since: at });
      const stillSince = still.get(key)?.since;
      const inHandSince = deps.inHandSince(topic, partition);
      return {
        topic,
        view,
        standing,
        ...(stillSince !== undefined && { stillSince }),
        ...(inHandSince !== undefined && { inHandSince }),
      };
    });
    const found = [
      ...views.map(topicProblem),
      // Partitions that nobody has yet are not this process's to judge.
      ...facts.map((each) => partitionProblem(each, at)),
      others.length === 0 ? undefined : ({ code: 'shared', group: deps.group, readers: others } as const),
    ].filter((problem) => problem !== undefined);
    for (const problem of found) {
      if (!problems.some((known) => isSame(known, problem))) {
        deps.log.warn({ problem: readingProblemWords(problem) }, 'Records in Kafka are not being read');
      }
    }
    problems = found;
  };

  const lookForOthers = async (): Promise<readonly string[]> => {
    try {
      const readers = await withDeadline(lookTimeout, () => deps.view.readers(deps.group));
      if (readers === undefined) return [];
      const names = othersIn(readers, deps.clientId);
      deps.observer.shared(names);
      return names;
    } catch (error) {
      // What is known of it stands.
      deps.log.debug({ error: messageOf(error) }, 'Who else reads as the Kafka group could not be seen');
      return others;
    }
  };

  return {
    look: async () => {
      views = await withDeadline(lookTimeout, () => deps.view.look(topics));
      others = await lookForOthers();
      await positions.prepare();
      apply();
      judge();
      return views;
    },
    apply,
    lifeOf: (topic) => views.find((each) => each.topic === topic)?.id,
    problems: () => problems.map(readingProblemWords),
  };
};

/** Its numbers change with every look. */
const isSame = (one: ReadingProblem, other: ReadingProblem): boolean =>
  one.code === other.code && placeOf(one) === placeOf(other);

const placeOf = (problem: ReadingProblem): string => {
  if (problem.code === 'shared') return problem.readers.join(' ');
  return 'partition' in problem ? placeKey(problem.topic, problem.partition) : problem.topic;
};
