import type { InstanceLinks } from '../alerts/evolve/instance-link.ts';
import { sweep } from '../alerts/sweep.ts';
import { messageOf } from '../core/errors.ts';
import { recordOwn } from '../intake/ingest.ts';
import { openClients } from '../integrations/alertmanager/clients.ts';
import { createSightings } from '../integrations/alertmanager/sightings.ts';
import { openHttp } from '../integrations/http-client/call.ts';
import { startRounds } from '../reconcile/resync.ts';
import { recording } from './intake/open-intake.ts';
import type { Records } from './records/open-records.ts';
import type { AppContext } from './shared/context.ts';

/** How often it is seen to which alerts are to be looked for; without any, nothing is asked. ms */
const lookEvery = 30_000;
const timeoutMs = 10_000;

/** Looks at Alertmanager for alerts whose end may never have been sent; nothing where none is configured. */
export const lookForAlerts = (context: AppContext, records: Records, links: () => InstanceLinks): void => {
  const { log, metrics, stack, now, after, config } = context;
  if (config().alertmanagers.length === 0) return;
  // Connections of its own: a long list holds up no silence.
  const { httpFor } = stack.use(openClients(stack.use(openHttp({ proxyFromEnv: true, connections: 2 }))));
  const sightings = createSightings(() => config().alertmanagers, { httpFor, timeoutMs, now });
  const told = new Set<string>();
  const stop = startRounds({
    after,
    every: lookEvery,
    round: async () => {
      // For one process a round. A little less, so that the one that had the turn finds it free again.
      const turn = await records.leases.take('looks', '', context.owner, lookEvery * 0.9);
      if (!turn.ok) return;
      await sweep({
        queries: records.queries,
        store: records.alerts,
        sightings,
        takeIn: (events) => recordOwn(recording(context, records, links), events),
        now,
        stopping: context.stopping,
        onLook: (outcome) => metrics.metrics.looks.inc({ outcome }),
        onUnknown: (alertmanager, why, alerts) => {
          const level = told.has(`${alertmanager} ${why}`) ? 'debug' : 'warn';
          if (told.size < 1_000) told.add(`${alertmanager} ${why}`);
          log[level](
            { alertmanager, why, alerts },
            'Whether alerts still fire could not be seen; they stay as they are on record',
          );
        },
      });
    },
    onError: (error) =>
      log.warn(
        { error: messageOf(error) },
        'Looking for alerts at Alertmanager failed; the next look follows',
      ),
  });
  stack.defer(stop);
};
