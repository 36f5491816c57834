import { z } from 'zod';
import {
  channel,
  duration,
  httpUrl,
  instancePattern,
  name,
  type ResolveSecret,
  redisUrl,
  secretField,
  section,
  tlsFiles,
} from './fields.ts';
import { quietHours } from './notify.ts';

/** Where the records are, and what is known of how long they last there. */
export const redisSchema = (resolve: ResolveSecret) => {
  const secret = secretField(resolve);
  const tls = (what: string) =>
    z
      .union([z.boolean(), tlsFiles], {
        error: 'must be true, false, or { ca_file: …, cert_file: …, key_file: …, server_name: … }',
      })
      .optional()
      .describe(what);
  const username = z.string().min(1).optional();
  return section(
    {
      url: redisUrl(secret)
        .prefault('redis://127.0.0.1:6379')
        .describe(
          '`redis://` or `rediss://`, of the primary by a name that follows it, or of any node of a cluster; with a password in it: a secret',
        ),
      username: username.describe('User, where it is not in the URL'),
      password: secret('Password, where it is not in the URL').optional(),
      tls: tls(
        'TLS, where the URL does not say it; its own authority, and a certificate of farmhand’s own (mTLS), read again for each connection',
      ),
      sentinel: section({
        name: z.string().min(1).describe('What the Sentinels call the primary (`SENTINEL MASTERS`)'),
        nodes: z
          .array(
            z.string().regex(/^([^\s:/@]+|\[[0-9a-fA-F:.]+\]):\d{1,5}$/, {
              error: 'must be host:port, such as sentinel-0:26379',
            }),
          )
          .min(1)
          .describe('Sentinels, host:port; all of them, since most must agree'),
        username: username.describe('User of the Sentinels themselves'),
        password: secret('Password of the Sentinels themselves').optional(),
        tls: tls('TLS to the Sentinels; unless it is set, as to the primary'),
      })
        .optional()
        .describe('Sentinels that say where the primary is, instead of `url`'),
      prefix: z
        .string()
        .regex(/^[a-z0-9_-]{1,32}$/, { error: 'may have a-z, 0-9, - and _, 32 characters at most' })
        .default('farmhand')
        .describe(
          'First part of every key; of each installation its own, and required where the file names one',
        ),
      durability: z
        .enum(['aof', 'managed', 'none'], { error: 'must be aof, managed or none' })
        .default('aof')
        .describe(
          'Why records last: `aof`, its append-only file, which is looked for; `managed`, its provider sees to it (ElastiCache, MemoryDB); `none`, they may be lost, and then threads are found again in Slack',
        ),
      wait_replicas: z
        .number()
        .int()
        .min(0)
        .max(10)
        .default(0)
        .describe('Replicas that must have a record before it counts as durable'),
      command_timeout: duration('A command that takes longer counts as failed', {
        min: '100ms',
        max: '1600ms',
        why: 'people are told after 2 s that nothing was changed, and by then that must be so',
      }).prefault('1500ms'),
    },
    {
      allow_unsafe:
        'is gone: write durability: none where records may be lost, durability: managed where a provider keeps them',
    },
  )
    .prefault({})
    .describe('Where the records are');
};

/** What counts as the same alert, and how long alerts stay on record. */
export const alertsSchema = section({
  refire_window: duration('A re-fire within this re-opens the same thread', {
    min: '0s',
    max: '30d',
    why: 'a thread of last month helps nobody',
  }).prefault('4h'),
  stale_grace: duration('A firing without a new start, this soon after its resolve, is a late copy', {
    min: '0s',
    max: '1h',
    why: 'a new firing would be taken for a late copy',
  }).prefault('5m'),
  retention: duration('How long resolved alerts stay on record', {
    min: '1h',
    max: '400d',
    why: 'records take room in the memory of Redis',
  }).prefault('30d'),
  event_retention: duration('How long event records (and so duplicates) are known', {
    min: '1h',
    max: '90d',
    why: 'duplicates are known by them, and they take room in the memory of Redis',
  }).prefault('7d'),
  journal_lines: z
    .int()
    .min(50)
    .max(2_000)
    .default(200)
    .describe(
      'Lines of an alert’s journal; beyond that the oldest are dropped, and its first line says how many',
    ),
  quiet_hours: quietHours,
  recovery: section({
    look_back: duration('How far back channels are read for threads that are not on record', {
      min: '1h',
      max: '90d',
      why: 'Slack is read page by page, one channel after another',
    }).prefault('14d'),
    settle_after: duration(
      'A thread of which nobody has heard for this long is marked “state unknown”; longer than Alertmanager’s repeat_interval',
      {
        min: '1s',
        max: '7d',
        why: 'a thread whose state nobody knows must not look as if it were known',
      },
    ).prefault('5h'),
  })
    .prefault({})
    .describe('When Redis came back without its records'),
})
  .prefault({})
  .describe('What counts as the same alert, and for how long');

/** What could not be read, and how much of it is kept. */
export const deadLettersSchema = section({
  max_age: duration('Older ones are dropped', {
    min: '1h',
    max: '365d',
    why: 'somebody has to have the time to look at them and play them again',
  }).prefault('30d'),
  remember_replays: duration('How long it is known that one was replayed', {
    min: '30d',
    max: '3650d',
    why: 'one that is there longer would look as if nobody had replayed it',
  }).prefault('400d'),
  max_bytes: z
    .number()
    .int()
    .min(1_048_576)
    .max(17_179_869_184)
    .default(67_108_864)
    .describe('More than this is not kept, the oldest are dropped; it is memory of Redis'),
  max_count: z.number().int().min(1).max(1_000_000).default(10_000).describe('How many are kept'),
})
  .prefault({})
  .describe(
    'What could not be read, where it is kept in Redis, and of a dead-letter topic that farmhand makes; one that is there keeps its own retention',
  );

/** The record of what was asked, decided and changed, and its copies. */
export const auditSchema = section({
  file: z
    .string()
    .min(1)
    .optional()
    .describe('A second copy of the audit, a record a line; on a volume of its own'),
  topic: z
    .string()
    .min(1)
    .optional()
    .describe('A further copy, in this Kafka topic, a message a record; made where it is not there'),
  require: z
    .array(z.enum(['file', 'kafka']))
    .default([])
    .describe(
      'Copies without which nothing is changed: the record of a change must be there as well, not in Redis alone',
    ),
  keep: duration('How long audit records stay in Redis; the file keeps all of them', {
    min: '90d',
    max: '3650d',
    why: 'a rebuild may take 14 days, and evidence outlives it',
  }).prefault('400d'),
})
  .prefault({})
  .describe(
    'What was asked, decided, changed and denied, chained so that nothing of it can be altered unseen',
  );

/** Which region this is, and where it is said which one works. */
export const regionSchema = section({
  name: name.describe('Name of this region; the other one has the rest of the config, and another name'),
  channel: channel.describe(
    'Channel of its own, the same in both regions, where `farmhand promote` says which one works; nobody else writes there',
  ),
  lease: duration('How long a region that cannot read that channel goes on working', {
    min: '5s',
    max: '5m',
    why: 'shorter than Slack asks to wait and it stops for nothing; a promoted region begins this and 30 s later',
  }).prefault('1m'),
});

/** A canary through all of farmhand, and who is told outside that it came through. */
export const watchdogSchema = (resolve: ResolveSecret) =>
  section({
    channel: channel.describe('Channel of the canary: one message that is changed in place; a quiet one'),
    topic: z.string().min(1).optional().describe('Topic of the canary; default: the first of kafka.topics'),
    interval: duration('How often a canary is sent', {
      min: '5s',
      max: '10m',
      why: 'each is an event on record, and a change of a message',
    }).prefault('1m'),
    late: duration(
      'A canary that is older than this counts as lost: nobody outside is told that all is well',
      {
        min: '15s',
        max: '1h',
        why: 'a rolling update takes a minute, and an outage should be told within the hour',
      },
    ).prefault('5m'),
    ping_url: secretField(resolve)(
      'Dead man’s switch outside: an empty POST there while canaries come back (Healthchecks, Dead Man’s Snitch)',
    ).optional(),
  });

const ids = (pattern: RegExp, what: string, example: string) =>
  z.array(z.string().regex(pattern, { error: `must be a ${what} id such as ${example}` })).default([]);

const tier = section({
  name: name.describe('Name of the tier, as kafka.topics[].tier and http.sources[].tier say it'),
  channels: z
    .array(channel)
    .default([])
    .describe(
      'Its Slack channels: only its alerts go there, and whoever asks there sees its alerts. Name private ones where that matters',
    ),
  default_channel: channel
    .optional()
    .describe('Where its alerts go that no route matched; else slack.default_channel'),
  users: ids(/^[UW][A-Z0-9]{2,}$/, 'user', 'U0123ABCD').describe('People of it, by Slack user id'),
  groups: ids(/^S[A-Z0-9]{2,}$/, 'user group', 'S0123ABCD').describe(
    'User groups whose members are of it; looked up when somebody asks',
  ),
  workspaces: ids(/^T[A-Z0-9]{2,}$/, 'workspace', 'T0123ABCD').describe(
    'Slack workspaces whose people are of it',
  ),
  instances: z
    .array(instancePattern)
    .default([])
    .describe('Its instances: their rebuilds are seen and asked for by its people only'),
  limits: section({
    events_per_second: z
      .number()
      .min(0.1)
      .max(100_000)
      .optional()
      .describe(
        'Events that the whole installation takes in of it; more waits: its partitions are not read, over HTTP it is answered 429. Ten seconds’ worth may come at once',
      ),
    rebuilds_in_flight: z
      .int()
      .min(1)
      .max(1_000)
      .optional()
      .describe('Rebuilds of its instances in flight at once, over the whole installation'),
  })
    .prefault({})
    .describe(
      'What it may use; unlimited where nothing is said. Nothing is lost, and no other tier waits for it',
    ),
});

/** Who shares farmhand. Without a list everybody sees everything, and a tier is only a word for fair turns. */
export const tiersSchema = section({
  default: name
    .default('default')
    .describe('Tier of events that come in where no tier is named; with a list it is one of it'),
  header: z
    .string()
    .min(1)
    .default('tier')
    .describe('Kafka or HTTP header that names the tier; not read where there is a list'),
  label: z
    .string()
    .min(1)
    .default('tier')
    .describe('Label that names the tier; not read where there is a list'),
  list: z
    .array(tier)
    .default([])
    .describe(
      'The organisations that share farmhand. Where there is a list, the topic or token says whose an event is, and people see only what is of their tiers',
    ),
});

/** Keeping what comes in from Kafka in storage that speaks S3. */
export const archiveSchema = (resolve: ResolveSecret) => {
  const secret = secretField(resolve);
  return section({
    bucket: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {
        error: 'must be the name of a bucket: a-z, 0-9, - and ., 3 to 63 characters',
      })
      .describe('Bucket, which must be there; how long objects are kept is its lifecycle’s to say'),
    region: z.string().min(1).default('us-east-1').describe('Region of the bucket; part of each signature'),
    endpoint: httpUrl('Where the storage is; default: AWS S3 of the region').optional(),
    allow_http: z
      .boolean()
      .default(false)
      .describe(
        'An endpoint without TLS, for one on the same machine: events go over the network in the clear',
      ),
    path_style: z
      .boolean()
      .default(false)
      .describe('The bucket in the path instead of the host name, as MinIO, Ceph and others want it'),
    prefix: z
      .string()
      .regex(/^[\w./-]{0,200}$/, { error: 'may have letters, digits and _ . / -, 200 characters at most' })
      .default('farmhand')
      .describe('All keys begin so; another one for each installation that shares the bucket'),
    access_key_id: secret(
      'Access key, with `secret_access_key`; without both the role of the pod or machine is used',
    ).optional(),
    secret_access_key: secret('Secret of the access key').optional(),
    tls: tlsFiles.optional().describe('Its own authority, or a certificate that it asks for (mTLS)'),
    encryption: z
      .enum(['bucket', 'AES256', 'aws:kms'], { error: 'must be bucket, AES256 or aws:kms' })
      .default('bucket')
      .describe('How objects are encrypted: as the bucket says, or as is asked with each object'),
    kms_key_id: z.string().min(1).optional().describe('Key of KMS, for aws:kms; default: the account’s own'),
    create_only: z
      .boolean()
      .default(true)
      .describe('No object is written over (If-None-Match); false for storage that does not know that'),
    max_bytes: z
      .number()
      .int()
      .min(65_536)
      .max(67_108_864)
      .default(8_388_608)
      .describe(
        'An object is written when its records have this many bytes; four times as much is held in memory',
      ),
    max_age: duration('An object is written when its oldest record was read so long ago', {
      min: '1s',
      max: '1h',
      why: 'shorter and each record is an object, longer and a lost topic takes more with it',
    }).prefault('60s'),
  });
};
