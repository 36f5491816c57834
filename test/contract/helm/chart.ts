import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { findCommand } from '../../../scripts/setup/machine.ts';

const chartDir = fileURLToPath(new URL('../../../helm/farmhand', import.meta.url));

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: rendered Kubernetes objects; each test asserts what it reads
  readonly [key: string]: any;
}

interface HelmRun {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs helm on the chart; `values` are files under `ci/`, `set` are `key=value` as JSON, `apis` what the cluster serves beside its own. */
export const helm = (
  verb: 'template' | 'lint',
  values: readonly string[],
  set: readonly string[] = [],
  apis: readonly string[] = [],
  release = 'release',
): HelmRun => {
  const command = findCommand('helm');
  if (!command) throw new Error('helm is not installed: npm run setup -- helm');
  const args = [
    ...(verb === 'template' ? ['template', release, chartDir] : ['lint', '--strict', chartDir]),
    // A helm built from source believes in Kubernetes 1.20.
    ...['--kube-version', '1.31.0'],
    ...values.flatMap((file) => ['--values', `${chartDir}/ci/${file}`]),
    ...set.flatMap((each) => ['--set-json', each]),
    ...apis.flatMap((each) => ['--api-versions', each]),
  ];
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin' },
  });
  return { ok: status === 0, output: `${stdout}${status === 0 ? '' : stderr}` };
};

/** What the chart makes of these values, by `Kind/name`. */
export const render = (
  values: readonly string[],
  set: readonly string[] = [],
  apis: readonly string[] = [],
  release = 'release',
): ReadonlyMap<string, Manifest> => {
  const { ok, output } = helm('template', values, set, apis, release);
  if (!ok) throw new Error(output);
  const manifests = parseAllDocuments(output)
    .map((document): Manifest | null => document.toJS())
    .filter((manifest) => manifest !== null);
  return new Map(manifests.map((manifest) => [`${manifest.kind}/${manifest.metadata.name}`, manifest]));
};

/** One of them, which has to be there. */
export const get = (manifests: ReadonlyMap<string, Manifest>, key: string): Manifest => {
  const manifest = manifests.get(key);
  if (!manifest) throw new Error(`${key} is not among ${[...manifests.keys()].join(', ')}`);
  return manifest;
};
