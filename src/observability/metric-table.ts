/**
 * Every metric of farmhand, once: name, help, labels. `docs/metrics.md` is held equal to this by a test.
 * Labels take few values: closed lists of the code, or names from the config. The only outside names are `tier`,
 * `channel`, `topic` and `method`; past `maxValuesOfLabel` different ones the rest count under `other`.
 */
export type MetricSpec =
  | {
      readonly kind: 'counter' | 'gauge';
      readonly name: string;
      readonly help: string;
      readonly labels: readonly string[];
    }
  | {
      readonly kind: 'histogram';
      readonly name: string;
      readonly help: string;
      readonly labels: readonly string[];
      readonly buckets: readonly number[];
    };

export const maxValuesOfLabel = 200;

const counter = <const L extends readonly string[]>(
  name: `farmhand_${string}_total`,
  help: string,
  labels: L,
) => ({ kind: 'counter', name, help, labels }) as const;
const gauge = <const L extends readonly string[]>(name: `farmhand_${string}`, help: string, labels: L) =>
  ({ kind: 'gauge', name, help, labels }) as const;
const histogram = <const L extends readonly string[]>(
  name: `farmhand_${string}`,
  help: string,
  labels: L,
  buckets: readonly number[],
) => ({ kind: 'histogram', name, help, labels, buckets }) as const;

/** 5 ms to an hour: an alert's thread may wait for its channel's turn through a whole storm. */
const toThread = [
  0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600,
] as const;
/** Calls over the network: 5 ms to 30 s. */
const call = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;
/** Within the machine or to Redis: 0.5 ms to 5 s. */
const quick = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;

export const metricTable = {
  eventsReceived: counter(
    'farmhand_events_received_total',
    'Events now on record, after the split of a body. `type` is unknown for what could not be read.',
    ['type', 'tier', 'via'],
  ),
  events: counter(
    'farmhand_events_total',
    'Events by what they did when this process took them in; what became of them later is in farmhand_books.',
    ['class', 'reason', 'type'],
  ),
  looks: counter(
    'farmhand_looks_total',
    'Alerts looked for at their Alertmanager: listed, absent, unknown; resolved where absent twice.',
    ['outcome'],
  ),
  books: gauge(
    'farmhand_books',
    'The books of all processes, from the records: received = threaded + merged + suppressed + rejected + pending.',
    ['class'],
  ),
  eventsRejected: counter('farmhand_events_rejected_total', 'Messages that could not be read, by reason.', [
    'reason',
    'via',
  ]),
  eventsFailed: counter(
    'farmhand_events_failed_total',
    'Batches of events that could not be made durable; they come again. Nothing is lost.',
    ['via', 'reason'],
  ),
  deadLetters: counter('farmhand_dead_letters_total', 'Messages kept in the dead letters (topic or list).', [
    'reason',
    'sink',
  ]),
  deadLettersRepeated: counter(
    'farmhand_dead_letters_repeated_total',
    'Messages that could not be read and whose content is in the dead letters already: kept once a day.',
    ['reason'],
  ),
  ingestBatchSeconds: histogram(
    'farmhand_ingest_batch_seconds',
    'From a batch of messages in hand to all of them being durable.',
    [],
    quick,
  ),
  tierHeld: counter(
    'farmhand_tier_held_total',
    'Times a tier had to wait because it used its `limits.events_per_second`: a partition not read on, a body answered 429.',
    ['tier', 'via'],
  ),
  tierRebuilds: gauge(
    'farmhand_tier_rebuilds',
    'Rebuilds in flight of a tier of `tiers.list`, to be held against its `limits.rebuilds_in_flight`.',
    ['tier'],
  ),
  kafkaLag: gauge('farmhand_kafka_lag', 'Records behind the end of the partition.', [
    'topic',
    'partition',
    'tier',
  ]),
  kafkaPaused: gauge(
    'farmhand_kafka_paused',
    '1 while reading is paused because records cannot be made durable.',
    [],
  ),
  kafkaConnected: gauge('farmhand_kafka_connected', '1 while the consumer is a member of its group.', []),
  kafkaRebalances: counter('farmhand_kafka_rebalances_total', 'Times the consumer joined its group.', []),
  kafkaOffsetGaps: counter(
    'farmhand_kafka_offset_gaps_total',
    'Times records were gone before they were read (retention); events are missing.',
    ['topic'],
  ),
  archiveObjects: counter(
    'farmhand_archive_objects_total',
    'Objects of the archive by outcome: stored, or there (written before by whoever died before it said so).',
    ['outcome'],
  ),
  archiveBytes: counter(
    'farmhand_archive_bytes_total',
    'Bytes of objects stored in the archive, packed.',
    [],
  ),
  archiveFailures: counter(
    'farmhand_archive_failures_total',
    'Objects of the archive that could not be written, by why; each is tried again until it is.',
    ['reason'],
  ),
  archiveLag: gauge(
    'farmhand_archive_lag',
    'Records behind the end of the partition that the archive has not read.',
    ['topic', 'partition'],
  ),
  archiveWaitingSeconds: gauge(
    'farmhand_archive_waiting_seconds',
    'Age of the oldest record that was read for the archive and is in no object yet; 0 when there is none.',
    [],
  ),
  archiveGaps: counter(
    'farmhand_archive_gaps_total',
    'Times records were gone before the archive read them (retention, or the topic was made again).',
    ['topic'],
  ),
  eventToThreadSeconds: histogram(
    'farmhand_event_to_thread_seconds',
    'From receiving an event to its root message being on record.',
    ['tier'],
    toThread,
  ),
  slackCalls: counter(
    'farmhand_slack_calls_total',
    'Calls of Slack’s Web API by outcome: ok, ambiguous, rate_limited, unavailable, refused.',
    ['method', 'outcome'],
  ),
  slackCallSeconds: histogram(
    'farmhand_slack_call_seconds',
    'Time of a call of Slack’s Web API.',
    ['method'],
    call,
  ),
  notices: counter(
    'farmhand_notices_total',
    'Messages that tell a channel once of an order that concerns all of it (a freeze), by outcome: posted, or refused by every channel.',
    ['about', 'outcome'],
  ),
  handovers: counter(
    'farmhand_handovers_total',
    'Handovers of the schedule, by outcome: posted, or missed because nobody could post them in time.',
    ['outcome'],
  ),
  alertEscalations: counter(
    'farmhand_alert_escalations_total',
    'What was put on record to be said because nobody reacted to an alert: step, reminder.',
    ['kind'],
  ),
  slackRateLimited: counter('farmhand_slack_rate_limited_total', 'Calls that Slack answered with 429.', [
    'method',
  ]),
  slackConnected: gauge(
    'farmhand_slack_connected',
    '1 while farmhand hears people: Socket Mode is connected, or signed requests are taken.',
    [],
  ),
  interactions: counter(
    'farmhand_interactions_total',
    'What people asked, by kind (slash, button, modal, message) and outcome: ok, failed.',
    ['kind', 'outcome'],
  ),
  interactionSeconds: histogram(
    'farmhand_interaction_seconds',
    'From receiving an interaction to having answered it.',
    ['kind'],
    quick,
  ),
  laneWaiting: gauge('farmhand_lane_waiting', 'Alerts that wait for their root message.', ['channel']),
  laneDirty: gauge('farmhand_lane_dirty', 'Open threads with something to update or say.', ['channel']),
  laneOldestSeconds: gauge('farmhand_lane_oldest_seconds', 'Age of the oldest waiting item.', ['channel']),
  pacingWaitSeconds: histogram(
    'farmhand_pacing_wait_seconds',
    'How long a call waited for its turn, by what it was: post, update, lookup.',
    ['kind'],
    toThread,
  ),
  actions: counter('farmhand_actions_total', 'Attempts of actions by outcome: ok, retry, failed.', [
    'kind',
    'outcome',
  ]),
  actionSeconds: histogram('farmhand_action_seconds', 'Time of one attempt of an action.', ['kind'], call),
  jobs: counter('farmhand_jobs_total', 'Jobs (nudges) by outcome: ok, failed.', ['queue', 'outcome']),
  jobSeconds: histogram('farmhand_job_seconds', 'Time of one job.', ['queue'], call),
  jobsWaiting: gauge('farmhand_jobs_waiting', 'Jobs that wait or are delayed.', ['queue']),
  rebuilds: gauge('farmhand_rebuilds', 'Rebuilds in flight by state, from the records; once a minute.', [
    'state',
  ]),
  frozen: gauge(
    'farmhand_frozen',
    'Freezes that hold now, of all instances or of one: nothing is begun there.',
    ['place'],
  ),
  rebuildsEnded: counter('farmhand_rebuilds_ended_total', 'Rebuilds that ended, by how.', ['phase']),
  rebuildLagSeconds: histogram(
    'farmhand_rebuild_lag_seconds',
    'From when a look at a rebuild was due to the pass that began it.',
    [],
    toThread,
  ),
  redisUp: gauge('farmhand_redis_up', '1 while Redis takes writes.', []),
  regionActive: gauge(
    'farmhand_region_active',
    '1 while the region of this process, `name`, works; 0 while it stands by, waits, or does not know. Absent without `region`.',
    ['name'],
  ),
  regionStandby: gauge(
    'farmhand_region_standby',
    '1 while the region of this process stands by, with the `name` of the region that was promoted.',
    ['name'],
  ),
  auditRecords: gauge('farmhand_audit_records', 'Number of the last audit record in the chain.', []),
  auditWhole: gauge(
    'farmhand_audit_whole',
    '1: the audit chain was whole when this process last verified it; 0: it was not.',
    [],
  ),
  auditCopyUp: gauge(
    'farmhand_audit_copy_up',
    '1 while this copy of the audit (`file`, `kafka`) takes its records; 0 while it does not, or is not the same chain any more.',
    ['copy'],
  ),
  auditCopyRecords: gauge(
    'farmhand_audit_copy_records',
    'Number of the last audit record in this copy; `farmhand_audit_records` less this is its backlog.',
    ['copy'],
  ),
  auditLost: counter(
    'farmhand_audit_lost_total',
    'How often Redis had lost the audit chain or its end, and no copy had all of it.',
    [],
  ),
  unreadableRecords: counter(
    'farmhand_unreadable_records_total',
    'Records in Redis that could not be read and are skipped, each counted once; the log names their keys.',
    ['kind'],
  ),
  redisCommandSeconds: histogram(
    'farmhand_redis_command_seconds',
    'Time of an operation of the record store.',
    ['operation'],
    quick,
  ),
  configReload: counter(
    'farmhand_config_reload_total',
    'Reloads of the config by outcome: applied, refused.',
    ['outcome'],
  ),
  configReloadFailed: gauge(
    'farmhand_config_reload_failed',
    '1 while the config file on disk is refused and an older one is in force.',
    [],
  ),
  httpRequests: counter(
    'farmhand_http_requests_total',
    'HTTP requests by route and status; probes are not counted.',
    ['method', 'route', 'code'],
  ),
  httpRequestSeconds: histogram(
    'farmhand_http_request_seconds',
    'Time of an HTTP request.',
    ['route'],
    quick,
  ),
  recoveryMode: gauge(
    'farmhand_recovery_mode',
    '1 while farmhand recovers from the loss of its records: threads are looked up, nothing is changed in clusters.',
    [],
  ),
  recoveries: counter(
    'farmhand_recoveries_total',
    'Losses of records that this process noticed, by what was found: empty, older (an older copy), unattended.',
    ['reason'],
  ),
  lostRoots: gauge(
    'farmhand_lost_roots',
    'Threads in Slack whose alerts are not on record, and of which nothing has been heard since.',
    [],
  ),
  lostRebuilds: gauge(
    'farmhand_lost_rebuilds',
    'Rebuilds that were in flight when records were lost, and on which nobody has decided: nothing is changed in the clusters of their instances.',
    [],
  ),
  lostRebuildsDecided: counter(
    'farmhand_lost_rebuilds_decided_total',
    'Rebuilds that were in flight when records were lost, by what a person decided: adopted, given_up.',
    ['outcome'],
  ),
  rootsAdopted: counter(
    'farmhand_roots_adopted_total',
    'Threads that were found in Slack after a loss of records, and used again.',
    [],
  ),
  dependencyUp: gauge('farmhand_dependency_up', '1 while the dependency works, as /statusz tells it.', [
    'dependency',
  ]),
  watchdogAge: gauge(
    'farmhand_watchdog_age_seconds',
    'Age of the newest canary that this process has read back from Slack; one to two intervals while all is well.',
    [],
  ),
  watchdogPings: counter(
    'farmhand_watchdog_pings_total',
    'Pings of the dead man’s switch outside, by outcome: ok, failed. None are made while canaries do not come back.',
    ['outcome'],
  ),
  traceSpans: counter(
    'farmhand_trace_spans_total',
    'Spans by what became of them: sent, dropped (the queue was full), failed (the receiver did not take them). None are made while tracing is off.',
    ['outcome'],
  ),
  ready: gauge('farmhand_ready', '1 while /readyz answers 200.', []),
  buildInfo: gauge('farmhand_build_info', 'Always 1; the version is in the labels.', ['version', 'node']),
} as const satisfies Record<string, MetricSpec>;
