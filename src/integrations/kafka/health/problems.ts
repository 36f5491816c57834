import { formatDuration } from '../../../core/duration.ts';
import { type Message, wordsFrom } from '../../../core/message.ts';

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
  unknown: ({ topic }: Topic) => `the brokers cannot say how the topic ${topic} is`,
} satisfies Record<string, (facts: never) => string>;

/** What keeps records from being read. */
export type ReadingProblem = Message<typeof problems>;

/** For `/statusz` and the log: a sentence without its end. */
export const readingProblemWords: (problem: ReadingProblem) => string = wordsFrom(problems);
