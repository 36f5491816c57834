import { setTimeout as sleep } from 'node:timers/promises';
import type { InstanceLinks, RebuildPlace } from '../../alerts/evolve/instance-link.ts';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../observability/log.ts';
import type { Observation } from '../../rebuild/ports/ports.ts';

export interface InstanceIndexDeps {
  readonly inFlight: () => Promise<ReadonlyMap<string, RebuildPlace>>;
  readonly names: () => Promise<Observation<readonly string[]>>;
  /** `rebuilds.instance_labels` */
  readonly labels: () => readonly string[];
  readonly log: Pick<Log, 'warn'>;
  /** Ends the reading. */
  readonly signal: AbortSignal;
  /** How often rebuilds and instances are read again; ms. Default: 2 s and 60 s. */
  readonly every?: { readonly rebuilds: number; readonly instances: number };
}

export interface InstanceIndex {
  /** What is known now. Alerts that came in before it was known are found by the rebuild. */
  current(): InstanceLinks;
  /** Reads what is due; each part on its own, so that a repository that is away hides no rebuild. */
  refresh(now: number): Promise<void>;
  /** Refreshes until `signal` ends it. */
  run(now: () => number): Promise<void>;
}

/** Instances and rebuilds in flight, kept at hand: intake must not wait for a repository or ask Redis for each event. */
export const createInstanceIndex = (deps: InstanceIndexDeps): InstanceIndex => {
  const { every = { rebuilds: 2_000, instances: 60_000 } } = deps;
  let rebuilds: ReadonlyMap<string, RebuildPlace> = new Map();
  let names: ReadonlySet<string> = new Set();
  let namesDue = 0;

  const readRebuilds = async (): Promise<void> => {
    try {
      rebuilds = await deps.inFlight();
    } catch (error) {
      deps.log.warn({ error: messageOf(error) }, 'The rebuilds in flight could not be read for linking');
    }
  };
  const readNames = async (now: number): Promise<void> => {
    if (now < namesDue) return;
    const seen = await deps.names();
    if (seen.ok) names = new Set(seen.value);
    else deps.log.warn({ error: seen.error }, 'The instances could not be read for linking');
    namesDue = now + (seen.ok ? every.instances : Math.min(every.instances, 10_000));
  };

  const links: InstanceIndex = {
    current: () => ({
      labels: deps.labels(),
      // One with a rebuild is an instance, whatever the repository says of it now.
      isInstance: (name) => names.has(name) || rebuilds.has(name),
      rebuildOf: (instance) => rebuilds.get(instance),
    }),
    refresh: async (now) => {
      await Promise.all([readRebuilds(), readNames(now)]);
    },
    run: async (now) => {
      while (!deps.signal.aborted) {
        await links.refresh(now());
        await sleep(every.rebuilds, undefined, { signal: deps.signal }).catch(() => undefined);
      }
    },
  };
  return links;
};
