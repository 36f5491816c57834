import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rig } from '../rig.ts';
import { clusterAddress, clusterNames } from './rebuilds.ts';

/** What farmhand is given besides these sections. */
export const rebuildEnv = { GITHUB_TOKEN: 'bench-repository', EXPRESS_ADMIN_TOKEN: 'bench-engine' } as const;

/** The sections `rebuilds` and `access`, and the kubeconfig of clusters that are all at this port (rebuild-stub.ts). */
export const rebuildSections = async (rig: Pick<Rig, 'dir'>, port: number, count: number) => {
  const kubeconfig = join(rig.dir, 'kubeconfig');
  const entries = clusterNames.map((name) => ({
    name,
    cluster: { server: `http://${clusterAddress(name)}:${port}`, 'insecure-skip-tls-verify': true },
  }));
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: entries,
    contexts: clusterNames.map((name) => ({ name, context: { cluster: name, user: 'farmhand' } })),
    users: [{ name: 'farmhand', user: { token: 'bench' } }],
  };
  await writeFile(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  return {
    rebuilds: {
      channel: 'C0BENCH0',
      in_flight: count,
      ticket: false,
      clusters: clusterNames.map((name) => ({ name, kubeconfig })),
      repository: { repo: 'bench/instances', api_url: `http://127.0.0.1:${port}` },
      engine: { token: { env: 'EXPRESS_ADMIN_TOKEN' } },
    },
    access: {
      roles: [{ name: 'sre', verbs: ['*'], instances: ['*'] }],
      users: { U0ALICE: ['sre'] },
    },
  };
};
