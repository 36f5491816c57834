import type { Config } from '../../config/schema/schema.ts';
import { withDeadline } from '../../core/deadline.ts';
import { messageOf } from '../../core/errors.ts';
import { decodeMessage } from '../../intake/parse/decode.ts';
import { clusterRules } from '../../intake/parse/identity.ts';
import { createKafkaEmitter } from '../../integrations/kafka/client/emitter.ts';
import { readBack } from '../../integrations/slack/read-back.ts';
import { startRounds } from '../../reconcile/resync.ts';
import type { Records } from '../records/open-records.ts';
import type { AppContext } from '../shared/context.ts';
import type { Workspace } from '../shared/open-workspace.ts';
import { ageOf, beatIn, canary, canaryEvent, mayPing, seen, type Trip } from './canary.ts';

/** Of one call: to Kafka, to Slack, outside. ms */
const callMs = 10_000;
/** The age goes on while a round hangs; ms. */
const tellEvery = 2_000;

/**
 * Sends a canary each interval on the way of every event (Kafka, intake, records, its channel), and reads in Slack how old
 * the newest is that arrived. It is beside the path: nothing waits for it, and what it meets changes nothing else. One
 * process sends and pings, all that work look.
 */
export const startWatchdog = (context: AppContext, records: Records, workspace: Workspace): void => {
  const { stack, now, after, log, metrics, config } = context;
  const { watchdog, kafka } = config();
  if (!watchdog || !kafka) return;
  const topic = watchdog.topic ?? kafka.topics[0]?.name ?? '';
  const series = seriesOf(config(), topic, now());
  let trip: Trip = { since: now() };
  let lost = false;

  const tell = (): void => {
    const age = ageOf(trip, now());
    metrics.metrics.watchdogAge.set({}, age / 1000);
    if (age > watchdog.late === lost) return;
    lost = !lost;
    if (lost) log.error({ age_ms: age, topic }, 'The canary does not come back from Slack; see the runbook');
    else log.info({ age_ms: age }, 'The canary comes back from Slack again');
  };

  const look = async (): Promise<void> => {
    const alert = (await records.alerts.series([series])).get(series);
    if (alert?.thread.state !== 'open') return;
    const { ts } = alert.thread;
    const text = await withDeadline(callMs, async () =>
      readBack(workspace.client, await workspace.known(), alert.channel, ts),
    );
    trip = seen(trip, beatIn(text ?? ''), now());
  };

  const send = async (): Promise<void> => {
    await using emitter = await createKafkaEmitter(kafka, { log });
    const value = JSON.stringify(canaryEvent(now()));
    await withDeadline(callMs, () => emitter.emit(topic, [{ key: canary.key, value }]));
  };

  const ping = async (): Promise<void> => {
    const { ping_url: url, late } = watchdog;
    if (!url || !mayPing(trip, late, now())) return;
    const answer = await context.http.call({
      ...{ method: 'POST', url: url.reveal(), timeoutMs: callMs, maxBytes: 4_096 },
    });
    const ok = answer.kind === 'answered' && answer.status >= 200 && answer.status < 300;
    metrics.metrics.watchdogPings.inc({ outcome: ok ? 'ok' : 'failed' });
    if (ok) return;
    const why = answer.kind === 'answered' ? `HTTP ${answer.status}` : answer.error;
    log.warn({ why }, 'The dead man’s switch outside did not take the ping');
  };

  const trying = async (what: string, work: () => Promise<void>): Promise<void> =>
    work().catch((error: unknown) =>
      log.warn(
        { what, error: messageOf(error) },
        'The watchdog could not do its part; the next round follows',
      ),
    );

  const round = async (): Promise<void> => {
    if (context.stopping()) return;
    await trying('look', look);
    tell();
    // For one process a round. A little less, so that the one that had the turn finds it free again.
    const turn = await records.leases.take('watchdog', '', context.owner, watchdog.interval * 0.9);
    if (!turn.ok) return;
    await trying('send', send);
    await trying('ping', ping);
  };
  const timer = setInterval(tell, tellEvery);
  stack.defer(() => clearInterval(timer));
  stack.defer(
    startRounds({
      ...{ after, every: watchdog.interval, first: 0, round },
      onError: (error) =>
        log.warn({ error: messageOf(error) }, 'The watchdog has no turn; the next round follows'),
    }),
  );
};

/** The series that the intake will make of the canary in this topic. */
const seriesOf = (config: Config, topic: string, now: number): string => {
  const { tier, cluster } = config.kafka?.topics.find(({ name }) => name === topic) ?? {};
  const { events } = decodeMessage(
    {
      value: Buffer.from(JSON.stringify(canaryEvent(now))),
      headers: {},
      position: { via: 'kafka', topic, partition: 0, offset: '0', index: 0 },
      receivedAt: now,
      ...(tier !== undefined && { topicTier: tier }),
      ...(cluster !== undefined && { cluster }),
    },
    { tiers: config.tiers, clusters: clusterRules(config), maxBytes: 65_536, now },
  );
  return events[0]?.fingerprint ?? '';
};
