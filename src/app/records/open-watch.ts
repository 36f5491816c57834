import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../core/errors.ts';
import { holds } from '../../rebuild/model/lost.ts';
import type { RecoveryStore } from '../../recovery/ports.ts';
import type { Recovery } from '../../recovery/recovery.ts';
import { createWatch, type Watch } from '../../recovery/watch.ts';
import type { AppContext } from '../shared/context.ts';
import type { RegionGate } from './open-region.ts';

/** How often the store is looked at, besides after every new connection and every write that found it changed; ms. */
const every = 1_000;

export interface Watching {
  readonly watch: Watch;
  /** Looks for the first time, however long that takes; and every so often from then on. */
  begin(): Promise<void>;
  /** Looks now, once it has begun. */
  look(): void;
}

/** Keeps an eye on whether the record store is the one that was written to. */
export const openWatch = (
  context: AppContext,
  store: RecoveryStore,
  region: Pick<RegionGate, 'under' | 'closed'>,
): Watching => {
  const { log, metrics, health, stack, signal, config, now } = context;
  let begun = false;
  const watch = createWatch({
    store,
    now,
    newEpoch: randomUUID,
    region: region.under,
    closed: region.closed,
    channels: () => channelsOf(config()),
    window: () => windowOf(config()),
    onVerdict: (verdict, recovery) => {
      if (verdict.is === 'lost') {
        metrics.metrics.recoveries.inc({ reason: verdict.why });
        log.error(
          { why: verdict.why, recovery },
          'Redis is not as farmhand left it: records are missing. Threads are looked for in Slack, and nothing is changed in clusters meanwhile',
        );
      } else if (verdict.is === 'unsure') {
        log.info({ why: verdict.why }, 'Looking whether records are missing');
      } else if (verdict.is === 'newer') {
        log.warn({ recovery }, 'Another process found that records are missing; this one follows');
      }
    },
    onError: (error) => log.warn({ error }, 'The mark of the record store could not be looked at'),
  });
  const report = (): void => {
    const recovery = watch.recovery();
    const under = !watch.trusted() || (recovery !== undefined && recovery.phase !== 'over' && recovery.sure);
    const held = watch.rebuilds().filter(holds).length;
    metrics.metrics.lostRebuilds.set({}, held);
    metrics.metrics.recoveryMode.set({}, under ? 1 : 0);
    health.report(
      'records',
      stateOf(watch, recovery),
      under
        ? 'records were lost; farmhand recovers'
        : held > 0
          ? `records were lost; a person must decide on ${held} rebuilds: /dcr list`
          : undefined,
    );
  };
  const look = (): void => {
    watch
      .look()
      .then(report)
      .catch((error: unknown) => log.debug({ error: messageOf(error) }, 'The mark was not looked at'));
  };
  return {
    watch,
    look: () => {
      if (begun) look();
    },
    begin: async () => {
      for (;;) {
        try {
          await watch.look();
          break;
        } catch (error) {
          if (signal.aborted) throw error;
          log.warn({ error: messageOf(error) }, 'Waiting for Redis');
          await sleep(every, undefined, { signal });
        }
      }
      begun = true;
      report();
      const timer = setInterval(look, every);
      stack.defer(() => clearInterval(timer));
    },
  };
};

const stateOf = (watch: Watch, recovery: Recovery | undefined): 'up' | 'degraded' | 'down' => {
  if (!watch.trusted()) return 'down';
  const decide = watch.rebuilds().some(holds);
  return decide || (recovery?.sure && recovery.phase !== 'over') ? 'degraded' : 'up';
};

/** How far back channels are read: a card may be as old as the longest rebuild, and its guardian older; ms. */
export const windowOf = ({ alerts, rebuilds }: ReturnType<AppContext['config']>): number =>
  Math.max(alerts.recovery.look_back, rebuilds ? 2 * rebuilds.limit : 0);

/** Wherever a root message or a card may be. */
const channelsOf = ({ slack, routes, rebuilds }: ReturnType<AppContext['config']>): readonly string[] => [
  ...new Set([
    slack.default_channel,
    ...(slack.fallback_channel === undefined ? [] : [slack.fallback_channel]),
    ...(rebuilds ? [rebuilds.channel] : []),
    ...routes.flatMap(({ channel }) => channel ?? []),
  ]),
];
