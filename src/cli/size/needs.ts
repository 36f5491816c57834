import { figures } from './figures.ts';

/** What is expected of an installation. Times in ms. */
export interface Load {
  readonly alertsPerSecond: number;
  /** How long an alert fires, and how often its source says so meanwhile. */
  readonly firesFor: number;
  readonly repeatEvery: number;
  /** Alerts that come at once, at the worst. */
  readonly storm: number;
  /** Channels that such a storm is spread over. */
  readonly channels: number;
  readonly eventBytes: number;
  /** Whether senders give their events ids. */
  readonly ownIds: boolean;
  /** Of all alerts, those with a ticket; 0 to 1. */
  readonly tickets: number;
  /** Rebuilds in flight, and how long one lasts. */
  readonly rebuilds: number;
  readonly rebuildLasts: number;
}

/** What is kept, and how far everything is to grow. Times in ms. */
export interface Keeping {
  readonly alerts: number;
  readonly events: number;
  readonly audit: number;
  readonly kafka: number;
  readonly kafkaCopies: number;
  /** 0.5: half as much again. */
  readonly growth: number;
  readonly postsPerSecond: number;
}

export interface PodNeeds {
  readonly role: 'all' | 'intake' | 'worker' | 'slack' | 'api';
  readonly replicas: number;
  /** Cores, of each. */
  readonly cpu: number;
  /** MiB, of each. */
  readonly request: number;
  readonly limit: number;
}

/** Bytes, cores, MiB and ms. */
export interface Needs {
  readonly pods: readonly PodNeeds[];
  readonly processor: { readonly usual: number; readonly storm: number };
  /** Of a process that does all; MiB. */
  readonly memory: number;
  readonly redis: {
    readonly alerts: number;
    readonly events: number;
    readonly rebuilds: number;
    readonly audit: number;
    /** All of it, as it is today, and with its growth. */
    readonly now: number;
    readonly grown: number;
    /** What its pod or node is to be given, and the disk of its append-only file. */
    readonly memory: number;
    readonly disk: number;
  };
  readonly kafka: { readonly partitions: number; readonly disk: number };
  /** From the first alert of a storm to the thread of the last. */
  readonly lastThread: number;
}

const second = 1_000;
const day = 86_400_000;
/** A core that is busier than this has no room for what comes at once. */
const busyAtMost = 0.5;
/** Redis writes its append-only file anew beside a copy of what changes meanwhile. */
const redisSlack = 1.5;
/** The file, the one that is being written in its place, and what comes while that is done. */
const aofFiles = 3;
/** A storm is there within this; ms. */
const stormWithin = 60 * second;

/** What an installation needs for this load. Pure. */
export const installationNeeds = (load: Load, keeping: Keeping): Needs => {
  const grown = 1 + keeping.growth;
  const events = eventsPerAlert(load);
  const redis = redisOf(load, keeping, events);
  const intake = perSecond(load.alertsPerSecond * events * figures.processor.event);
  const threads = perSecond(load.alertsPerSecond * (figures.processor.thread + 2 * figures.processor.update));
  const looks = (load.rebuilds * figures.processor.look) / figures.lookEvery;
  const atOnce = load.storm / (stormWithin / second);
  const stormIntake = intake + perSecond(atOnce * figures.processor.event);
  const stormWork = threads + looks + perSecond(atOnce * figures.processor.thread);
  const memory = figures.memory.idle + (load.rebuilds / 1_000) * figures.memory.thousandRebuilds;
  const pods = podsOf(grown * stormIntake, grown * stormWork, memory);
  const now = figures.redis.empty + redis.alerts + redis.events + redis.rebuilds + redis.audit;
  return {
    pods,
    processor: { usual: intake + threads + looks, storm: stormIntake + stormWork },
    memory,
    redis: {
      ...redis,
      now,
      grown: now * grown,
      memory: now * grown * redisSlack,
      disk: now * grown * aofFiles,
    },
    kafka: {
      partitions: Math.max(3, ...pods.flatMap(({ role, replicas }) => (isReader(role) ? replicas : []))),
      disk:
        load.alertsPerSecond *
        events *
        (keeping.kafka / second) *
        (load.eventBytes + figures.kafkaOverhead) *
        keeping.kafkaCopies *
        grown,
    },
    lastThread: (load.storm / load.channels / keeping.postsPerSecond) * second,
  };
};

/** It fires, it is over, and what is said in between. */
const eventsPerAlert = ({ firesFor, repeatEvery }: Load): number => 2 + Math.floor(firesFor / repeatEvery);

const perSecond = (ms: number): number => ms / second;

const isReader = (role: PodNeeds['role']): boolean => role === 'all' || role === 'intake';

const redisOf = (
  load: Load,
  keeping: Keeping,
  events: number,
): Pick<Needs['redis'], 'alerts' | 'events' | 'rebuilds' | 'audit'> => {
  const { redis, perRebuild, perTicket } = figures;
  const firing = (load.alertsPerSecond * load.firesFor) / second;
  const over = (load.alertsPerSecond * keeping.alerts) / second;
  const alerts =
    firing * (redis.firingAlert + load.eventBytes) + over * (redis.resolvedAlert + load.eventBytes);
  const each = load.ownIds ? redis.event.byId : redis.event.byPlace;
  const begun = load.rebuilds / (load.rebuildLasts / day);
  const one = redis.rebuild + perRebuild.lines * redis.journalLine;
  const audits =
    begun * perRebuild.auditRecords +
    load.alertsPerSecond * (day / second) * load.tickets * perTicket.auditRecords;
  return {
    alerts,
    events: ((load.alertsPerSecond * events * keeping.events) / second) * each,
    // Ended ones stay as long as the audit.
    rebuilds: (load.rebuilds + begun * (keeping.audit / day)) * one,
    audit: audits * (keeping.audit / day) * redis.auditRecord,
  };
};

/** Two of each, so that one may fail or be replaced; more where the processor asks for it. */
const podsOf = (intake: number, work: number, memory: number): readonly PodNeeds[] => {
  const { storm, bigBody } = figures.memory;
  const pod = (role: PodNeeds['role'], cores: number, mib: number): PodNeeds => {
    const replicas = Math.max(2, Math.ceil(cores / busyAtMost));
    const most = mib + storm + 2 * bigBody;
    return {
      role,
      replicas,
      cpu: Math.max(0.25, roundUp(cores / replicas, 0.05)),
      request: Math.max(256, roundUp(mib + storm, 64)),
      limit: Math.max(768, roundUp(most, 128)),
    };
  };
  if (intake + work <= busyAtMost) return [pod('all', intake + work, memory)];
  const { idle } = figures.memory;
  return [
    pod('intake', intake, idle),
    pod('worker', work, memory),
    pod('slack', 0, idle),
    pod('api', 0, idle),
  ];
};

const roundUp = (value: number, to: number): number => Number((Math.ceil(value / to - 1e-9) * to).toFixed(2));
