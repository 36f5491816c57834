/**
 * What one thing of each kind needs, as `npm run bench` and `test/cli/size/needs.int.test.ts` measure it (docs/performance.md,
 * docs/sizing.md). Two cores, Node 24, Redis 7.0, Kafka 4.3; bodies of 1 KB.
 */
export const figures = {
  redis: {
    /** An alert that fires, with its thread, lists and all; without its body, and without its events. Bytes. */
    firingAlert: 980,
    /** The same once it is over: its journal is a key of its own then. */
    resolvedAlert: 1_180,
    /** An event by its place in Kafka, and one to which its sender gave an id. */
    event: { byPlace: 212, byId: 312 },
    /** A rebuild with its samples, and a line of its journal. */
    rebuild: 24 * 1024,
    journalLine: 120,
    auditRecord: 1_400,
    /** What is there without anything. */
    empty: 2 * 2 ** 20,
  },
  /** Lines of the journal, and audit records, of a rebuild in which all goes well; audit records of a ticket. */
  perRebuild: { lines: 100, auditRecords: 25 },
  perTicket: { auditRecords: 3 },
  processor: {
    /** Milliseconds of processor time: an event on its way to its record, an alert to its thread, one update, one look. */
    event: 0.085,
    thread: 0.45,
    update: 0.35,
    look: 3.6,
  },
  /** A rebuild is looked at so often; ms. */
  lookEvery: 30_000,
  memory: {
    /** MiB of a process with nothing to do, what a thousand rebuilds add, what a storm adds, a large body adds. */
    idle: 140,
    thousandRebuilds: 72,
    storm: 40,
    bigBody: 160,
  },
  /** Bytes that Kafka adds to a message. */
  kafkaOverhead: 80,
} as const;
