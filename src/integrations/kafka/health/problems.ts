import { formatDuration } from '../../../core/duration.ts';
import { type Message, wordsFrom } from '../../../core/message.ts';
import { cleanName } from '../../../intake/wire/text.ts';
import type { GroupReader } from './group-request.ts';

interface Place {
  readonly topic: string;
  readonly partition: number;
}
interface Behind extends Place {
  /** Records. */
  readonly lag: number;
  /** For how long it has not moved; ms. */
  readonly stillMs: number;
}
interface Topic {
  readonly topic: string;
}

interface Shared {
  readonly group: string;
  /** Each by its client id and host. */
  readonly readers: readonly string[];
}

const nameOf = ({ topic, partition }: Place): string => `partition ${partition} of ${topic}`;
const behind = (facts: Behind): string =>
  `${nameOf(facts)} is ${facts.lag} ${facts.lag === 1 ? 'record' : 'records'} behind`;
const since = ({ stillMs }: Behind): string => `for ${formatDuration(stillMs)}`;

const problems = {
  no_leader: (place: Place) =>
    `${nameOf(place)} has no leader: nothing of it can be read until its broker is back`,
  in_hand: (facts: Behind) =>
    `${behind(facts)}; messages of it are in hand ${since(facts)} and not yet durable`,
  transaction_open: (facts: Behind) =>
    `${behind(facts)} ${since(facts)}: a transaction is open, and what comes after its beginning is read when it ends`,
  stuck: (facts: Behind) =>
    `${behind(facts)} and has not moved ${since(facts)}, although farmhand has it to read`,
  missing: ({ topic }: Topic) =>
    `there is no topic ${topic}: create it, or take it out of kafka.topics; it is read as soon as it is there`,
  refused: ({ topic }: Topic) => `farmhand may not read the topic ${topic}: allow it Describe and Read`,
  shared: ({ group, readers }: Shared) =>
    `the group ${group} is also read by ${readers.join(' and ')}: it gets a part of the partitions, and farmhand none of what is in them. Stop it, or give it a group of its own`,
  unknown: ({ topic }: Topic) => `the brokers cannot say how the topic ${topic} is`,
} satisfies Record<string, (facts: never) => string>;

/**
 * Who of a group's members is not farmhand, each as people know it: those of another protocol than kafkajs has, and where the
 * brokers do not say (before Kafka 4.1) those with another client id.
 */
export const othersIn = (readers: readonly GroupReader[], clientId: string): readonly string[] =>
  [
    ...new Set(
      readers
        .filter((each) => !(each.classic ?? each.clientId === clientId))
        .map((each) => `${cleanName(each.clientId, 100)} at ${cleanName(each.host.replace(/^\//, ''), 100)}`),
    ),
  ].sort();

/** What keeps records from being read. */
export type ReadingProblem = Message<typeof problems>;

/** For `/statusz` and the log: a sentence without its end. */
export const readingProblemWords: (problem: ReadingProblem) => string = wordsFrom(problems);
