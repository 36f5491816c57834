import { environmentOf } from '../../access/environments.ts';
import { mayConcern } from '../../access/tiers.ts';
import type { InstanceLinks } from '../../alerts/evolve/instance-link.ts';
import type { Config } from '../../config/schema/schema.ts';
import { readSigningKey, type SigningKey } from '../../config/signing/signing-key.ts';
import { createInstances } from '../../integrations/gitops/instances.ts';
import { openRepository, type Repository } from '../../integrations/gitops/repository.ts';
import type { InstancesPort } from '../../rebuild/ports/ports.ts';
import type { Records } from '../records/open-records.ts';
import type { AppContext } from '../shared/context.ts';
import { redacted } from '../shared/redacted.ts';
import { createInstanceIndex } from './instance-index.ts';

export type RebuildsConfig = NonNullable<Config['rebuilds']>;

export interface Instances {
  /** As it was at the start; a reload may change limits, for which `present` is asked. */
  readonly config: RebuildsConfig;
  readonly present: () => RebuildsConfig;
  readonly repository: Repository;
  readonly port: InstancesPort;
  /** What is known of instances and rebuilds, for alerts that come in. */
  readonly links: () => InstanceLinks;
  /** Keeps `links` up to date from now on: not before the records can be read. */
  follow(): void;
}

/** The instances in the repository, where `rebuilds:` is configured. No cluster is asked for them. */
export const openInstances = (context: AppContext, records: Records): Instances | undefined => {
  const { rebuilds: config } = context.config();
  if (!config) return undefined;
  const { now, http, redactor } = context;
  const present = (): RebuildsConfig => context.config().rebuilds ?? config;
  const { repo, branch, author, committer, signing_key, api_url, token, path, cache } = config.repository;
  // The config has checked that it can be read; a role that makes no commits does not have it.
  const signingKey = (): SigningKey | undefined => {
    const read = signing_key && readSigningKey(signing_key.reveal());
    return read?.ok ? read.key : undefined;
  };
  const repository = openRepository(
    {
      ...{ apiUrl: api_url, token, timeoutMs: config.timeout, repo, branch, author },
      ...(committer && { committer }),
      ...(signing_key && { signingKey }),
    },
    { http, now },
  );
  const clusters = config.clusters.map(({ name }) => name);
  const port = redacted(
    createInstances(repository, {
      ...{ path, clusters, now },
      cacheMs: cache,
      environmentOf: (name, ofValues) =>
        environmentOf(context.config().access?.environments ?? {}, name, ofValues),
    }),
    redactor.text,
  );
  const index = createInstanceIndex({
    inFlight: () => records.rebuildQueries.inFlight(),
    names: () => port.names(),
    labels: () => present().instance_labels,
    log: context.log,
    signal: context.signal,
  });
  return {
    ...{ config, present, repository, port },
    links: () => ({
      ...index.current(),
      mayConcern: (tier, instance) => mayConcern(context.config().tiers, tier, instance),
    }),
    follow: () => void index.run(now),
  };
};
