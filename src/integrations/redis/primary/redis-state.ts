/**
 * What is wrong with a Redis, by its own words. Pure: one table for the start, `/statusz`, the metric, the log, and what
 * people are told.
 */
export interface RedisTrouble {
  readonly name: TroubleName;
  /** One sentence: what is the matter. */
  readonly says: string;
  /** What to do; ends by itself where the sentence says so. */
  readonly todo: string;
  /**
   * `refuse`: waiting does not help, the address is of something else. `reconnect`: another server may be behind the same
   * address by now. `wait`: it ends on this connection.
   */
  readonly course: 'refuse' | 'reconnect' | 'wait';
}

interface Row {
  /** What Redis, Node or ioredis writes; absent: no text says it, and whoever sees it names it. */
  readonly match?: RegExp;
  readonly says: string;
  readonly todo: string;
  readonly course: RedisTrouble['course'];
}

const password =
  'Give redis.password (and redis.username), or redis.url (REDIS_URL) with both in it: redis://user:password@host:6379.';
/**
 * Texts are those of Redis 6 to 8 (`src/server.c`, `src/cluster.c`, `src/sentinel.c`), also as a script passes them on
 * (`ERR Error running script … -OOM …` before 7). The first row that matches counts.
 */
const rows = {
  full: {
    match: /\bOOM\b/,
    says: 'Redis is full: maxmemory is reached, so nothing new can be recorded.',
    todo: 'Raise maxmemory (CONFIG SET maxmemory …) or remove what else is in it; farmhand goes on by itself.',
    course: 'wait',
  },
  replica: {
    match: /\bREADONLY\b|UNBLOCKED .*instance state changed/,
    says: 'This Redis is a replica: it takes no writes.',
    todo: 'Point redis.url at the primary. During a failover wait: farmhand connects again by itself until it meets the primary.',
    course: 'reconnect',
  },
  cluster: {
    match: /\bMOVED \d|non local key in a cluster/,
    says: 'This node of the cluster does not have farmhand’s keys (any more).',
    todo: 'Wait: farmhand asks the cluster where they are, and connects there.',
    course: 'reconnect',
  },
  cluster_moving: {
    match: /\bASK \d|\bTRYAGAIN\b/,
    says: 'The cluster is moving farmhand’s keys to another node.',
    todo: 'Wait: farmhand goes on by itself when they are there.',
    course: 'wait',
  },
  cluster_down: {
    match: /CLUSTERDOWN/,
    says: 'The cluster does not serve farmhand’s keys.',
    todo: 'Look at CLUSTER INFO and CLUSTER SHARDS: a shard without a primary, or slots that no node has. farmhand goes on by itself.',
    course: 'wait',
  },
  cluster_away: {
    says: 'No node of the cluster says where farmhand’s keys are.',
    todo: 'Let redis.url name an address that leads to a node that is up, and let its user run CLUSTER SLOTS and CLUSTER KEYSLOT. farmhand tries on.',
    course: 'reconnect',
  },
  cluster_database: {
    match: /SELECT is not allowed in cluster mode/i,
    says: 'A cluster has one database.',
    todo: 'Leave the number of a database out of redis.url.',
    course: 'refuse',
  },
  sentinels_away: {
    says: 'No Sentinel answers.',
    todo: 'Look at redis.sentinel.nodes (their port is usually 26379), at redis.sentinel.tls, and whether they run. farmhand tries on.',
    course: 'reconnect',
  },
  sentinel_name: {
    says: 'No Sentinel knows the primary by that name.',
    todo: 'Look at redis.sentinel.name; redis-cli -p 26379 SENTINEL MASTERS says the names that they know. farmhand tries on.',
    course: 'reconnect',
  },
  sentinel_password: {
    says: 'The Sentinels want another user or password.',
    todo: 'Give redis.sentinel.password (and username); it is not that of the primary, redis.password. farmhand tries on.',
    course: 'reconnect',
  },
  sentinel: {
    match: /IDONTKNOW/,
    says: 'This is a Sentinel, not the Redis that it watches.',
    todo: 'Name the Sentinels in redis.sentinel (name, nodes); or point redis.url at the primary itself, by a name that follows it. The port of a Sentinel is usually 26379, that of Redis 6379.',
    course: 'refuse',
  },
  disk: {
    match: /\bMISCONF\b/,
    says: 'Redis cannot write to its disk, and so takes no writes.',
    todo: 'Look into the log of Redis: usually its disk is full or not writable. farmhand goes on by itself.',
    course: 'wait',
  },
  replicas_missing: {
    match: /\bNOREPLICAS\b/,
    says: 'Too few replicas of this Redis take part, so nothing counts as durable.',
    todo: 'Bring the replicas back, or lower redis.wait_replicas (here) or min-replicas-to-write (in Redis). farmhand goes on by itself.',
    course: 'wait',
  },
  loading: {
    match: /\bLOADING\b/,
    says: 'Redis is still reading its data from disk.',
    todo: 'Wait: farmhand goes on by itself.',
    course: 'wait',
  },
  primary_away: {
    match: /\bMASTERDOWN\b/,
    says: 'This Redis is a replica that has lost its primary.',
    todo: 'Bring the primary back, or make a replica the primary and let redis.url lead there.',
    course: 'reconnect',
  },
  busy: {
    match: /\bBUSY\b/,
    says: 'Redis is busy with a script of somebody else.',
    todo: 'Wait, or end it with SCRIPT KILL. farmhand goes on by itself.',
    course: 'wait',
  },
  password_wanted: {
    match: /\bNOAUTH\b/,
    says: 'Redis wants a password, and none was given.',
    todo: password,
    course: 'wait',
  },
  password_wrong: {
    match: /\bWRONGPASS\b|invalid password|invalid username-password/i,
    says: 'Redis refuses the user or the password.',
    todo: password,
    course: 'wait',
  },
  rights: {
    match: /\bNOPERM\b/,
    says: 'The user of Redis lacks a right that farmhand needs.',
    todo: 'Allow its user all commands but the dangerous ones, on farmhand’s keys: ACL SETUSER <user> +@all -@dangerous +info ~{<redis.prefix>}:* (see the text of the error for what was refused).',
    course: 'wait',
  },
  protected: {
    match: /\bDENIED\b.*protected mode/s,
    says: 'Redis is in protected mode: it answers only on its own machine.',
    todo: 'Give it a password (requirepass), or bind it to an address that only farmhand reaches.',
    course: 'wait',
  },
  connections: {
    match: /max number of clients/i,
    says: 'Redis takes no more connections.',
    todo: 'Raise maxclients, or close what else is connected. farmhand goes on by itself.',
    course: 'wait',
  },
  unknown_command: {
    match: /unknown command|unknown subcommand/i,
    says: 'Redis does not know a command that farmhand needs.',
    todo: 'Is it a Sentinel, a proxy, or a Redis whose commands were renamed? farmhand needs a plain Redis 6.2 or later, with EVAL, EVALSHA and INFO.',
    course: 'wait',
  },
  client_certificate: {
    match:
      /alert (certificate required|bad certificate|unknown ca|certificate unknown)|certificate required/i,
    says: 'Redis wants a certificate of farmhand’s own, or does not trust the one that it is shown.',
    todo: 'Give redis.tls.cert_file and redis.tls.key_file, of an authority that Redis trusts (tls-ca-cert-file).',
    course: 'reconnect',
  },
  tls_files: {
    says: 'The files of redis.tls cannot be used.',
    todo: 'Look whether each is there, readable, and PEM. They are read again for each connection; farmhand tries on.',
    course: 'reconnect',
  },
  tls: {
    match:
      /wrong version number|packet length too long|SSL routines|EPROTO|tlsv1\w* alert|Client network socket disconnected before secure TLS/i,
    says: 'farmhand and Redis do not agree on TLS.',
    todo: 'Write rediss:// in redis.url where Redis speaks TLS, and redis:// where it does not.',
    course: 'reconnect',
  },
  tls_silent: {
    says: 'Redis does not answer the greeting of TLS.',
    todo: 'Either this port does not speak TLS: then write redis:// in redis.url. Or nothing is reached there: look at host, port and firewall.',
    course: 'reconnect',
  },
  certificate: {
    match: /certificate|altname|CERT_|self.signed|unable to verify/i,
    says: 'The certificate of Redis is not trusted.',
    todo: 'Let redis.tls.ca_file name the file of its authority; and the host that is connected to be the one that the certificate is for, or say its name in redis.tls.server_name.',
    course: 'reconnect',
  },
  not_redis: {
    match: /Protocol error|reply type byte|Unknown RESP|Please report this/i,
    says: 'What answers there is not a Redis.',
    todo: 'Look at the host and the port of redis.url.',
    course: 'reconnect',
  },
  unknown_host: {
    match: /ENOTFOUND|EAI_AGAIN/,
    says: 'The host of redis.url is not known.',
    todo: 'Look at its name; a service in another namespace needs <service>.<namespace>. farmhand tries on.',
    course: 'reconnect',
  },
  hangs: {
    match: /Command timed out|Socket timeout|connect ETIMEDOUT|ETIMEDOUT/,
    says: 'Redis does not answer in time.',
    todo: 'Look whether it is overloaded, asleep, or cut off. farmhand goes on by itself.',
    course: 'reconnect',
  },
  hung_up: {
    says: 'Redis takes the connection and closes it at once.',
    todo: 'Where it speaks TLS write rediss:// in redis.url. Else it may have no room for more connections (maxclients): look at its log, and at what stands between.',
    course: 'reconnect',
  },
} as const satisfies Record<string, Row>;

type RowName = keyof typeof rows;
export type TroubleName = RowName | 'away';
/** In the order in which they are looked for. */
const names = Object.keys(rows) as readonly RowName[];

const away: RedisTrouble = {
  name: 'away',
  says: 'Redis is not reached.',
  todo: 'Look whether it runs, and whether redis.url leads there. farmhand connects by itself.',
  course: 'reconnect',
};

/** Only the beginning of a text is looked at: what follows may quote anything. */
const lookedAt = 500;

/** What a text of Redis, of its client or of the network means; undefined for what says nothing of Redis' state. */
export const troubleIn = (text: string): RedisTrouble | undefined => {
  const start = text.slice(0, lookedAt);
  const found = names.find((name) => matchOf(rows[name])?.test(start));
  return found && troubleNamed(found);
};

const matchOf = ({ match }: Row): RegExp | undefined => match;

/** What was seen without a text. */
export const troubleNamed = (name: RowName): RedisTrouble => {
  const { says, todo, course }: Row = rows[name];
  return { name, says, todo, course };
};

/** The same for what broke a connection: whatever is not known by name is that Redis is away. */
export const troubleOfConnection = (text: string): RedisTrouble => troubleIn(text) ?? away;

/**
 * What the answer to INFO says of the server that was met; undefined: it is a primary that may be written to. `onSlot`: the
 * cluster has named it as the one that has farmhand's keys.
 */
export const troubleOfInfo = (
  info: Readonly<Record<string, unknown>>,
  onSlot = false,
): RedisTrouble | undefined => {
  if (info['redis_mode'] === 'sentinel') return troubleNamed('sentinel');
  const inCluster = info['redis_mode'] === 'cluster' || info['cluster_enabled'] === '1';
  if (inCluster && !onSlot) return troubleNamed('cluster');
  if (info['role'] === 'slave' || info['role'] === 'replica') return troubleNamed('replica');
  return undefined;
};

/** For people, in one line. `cause` is the text that was met, where it says more. */
export const tellTrouble = ({ says, todo }: RedisTrouble, cause?: string): string =>
  [says, todo, ...(cause ? [`(${cause.slice(0, 200)})`] : [])].join(' ');
