import { describe, expect, test } from 'vitest';
import { type PartId, parts } from '../../../scripts/setup/parts.ts';
import { installSteps, type Machine, unmetOf, wantedFor } from '../../../scripts/setup/plan.ts';

const machine = (overrides: Partial<Machine> = {}): Machine => ({
  platform: 'linux',
  arch: 'x64',
  apt: 'root',
  go: false,
  ci: false,
  has: () => false,
  ...overrides,
});
const part = (id: PartId) => parts.filter((each) => each.id === id);
const toolsDir = ({ id }: { readonly id: PartId }) => `/tools/${id}`;
const nobodyAsked = new Set<PartId>();
const installed = (commands: readonly string[]) => (command: string) => commands.includes(command);

describe('what the sandbox needs', () => {
  test('is Redis and a local Slack, and nothing that is large', () => {
    expect(wantedFor('sandbox', parts).map(({ id }) => id)).toEqual(['redis', 'slack']);
  });
});

describe('installing', () => {
  test('nothing happens when all is there', () => {
    expect(installSteps(parts, nobodyAsked, machine({ has: () => true }), toolsDir)).toEqual([]);
    expect(unmetOf(parts, machine({ has: () => true }))).toEqual([]);
  });

  test('as root one apt-get brings everything that is absent', () => {
    const steps = installSteps(
      [...part('redis'), ...part('kafka')],
      nobodyAsked,
      machine({ has: installed(['java']) }),
      toolsDir,
    );
    const line =
      'apt-get update && apt-get install -y --no-install-recommends redis-server default-jre-headless maven';
    expect(steps.map(({ command }) => command)).toEqual([
      ['env', 'DEBIAN_FRONTEND=noninteractive', 'sh', '-c', line],
    ]);
  });

  test('with a sudo that asks nothing the same goes through sudo', () => {
    const [step] = installSteps(part('redis'), nobodyAsked, machine({ apt: 'sudo' }), toolsDir);
    expect(step?.command.slice(0, 3)).toEqual(['sudo', '-n', 'env']);
  });

  test.each(['needs-password', 'absent'] as const)('nothing is installed when apt is %s', (apt) => {
    expect(installSteps(parts, nobodyAsked, machine({ apt }), toolsDir)).toEqual([]);
  });

  test('any one of several commands will do', () => {
    const has = installed(['google-chrome']);
    expect(unmetOf(part('chromium'), machine({ has }))).toEqual([]);
  });

  test('building from Go source is left to CI and to people who ask for it', () => {
    const withGo = machine({ go: true });
    expect(installSteps(part('helm'), nobodyAsked, withGo, toolsDir)).toEqual([]);
    const build = {
      parts: part('helm'),
      command: ['go', 'install', 'helm.sh/helm/v3/cmd/helm@v3.22.0'],
      env: { GOBIN: '/tools/helm' },
    };
    expect(installSteps(part('helm'), new Set(['helm']), withGo, toolsDir)).toEqual([build]);
    expect(installSteps(part('helm'), nobodyAsked, machine({ go: true, ci: true }), toolsDir)).toEqual([
      build,
    ]);
  });
});

test('a part of several programs is built by its script, into the folder of its version', () => {
  const ci = machine({ go: true, ci: true });
  expect(installSteps(part('kubernetes'), nobodyAsked, ci, toolsDir)).toEqual([
    {
      parts: part('kubernetes'),
      command: ['bash', 'scripts/real/kubernetes.sh', '/tools/kubernetes', '1.37.2'],
    },
  ]);
});

test('the tests that take minutes do not wait for what only the long ones need', () => {
  const long = wantedFor('long', parts).map(({ id }) => id);
  expect(long).toEqual(['kubernetes', 'new-alertmanager', 'argo-events', 'moto']);
  expect(wantedFor('test', parts).filter(({ id }) => long.includes(id))).toEqual([]);
});

describe('what the person is told', () => {
  const advice = (id: PartId, overrides: Partial<Machine>): string | undefined =>
    unmetOf(part(id), machine(overrides))[0]?.advice;

  test.each([
    [
      'redis',
      { apt: 'needs-password' },
      "sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends redis-server'",
    ],
    ['redis', { platform: 'darwin', apt: 'absent' }, 'brew install redis'],
    ['redis', { apt: 'absent' }, 'install redis-server with your package manager'],
    ['kafka', { apt: 'absent' }, 'install java and mvn with your package manager'],
    ['helm', { go: true }, 'npm run setup -- helm'],
    ['helm', {}, 'install helm with your package manager'],
    ['kubernetes', { go: true }, 'npm run setup -- kubernetes'],
    ['kubernetes', {}, 'install Go, then npm run setup -- kubernetes'],
    ['slack', {}, 'npm ci --include=optional'],
    [
      'slack',
      { platform: 'darwin', arch: 'arm64' },
      'it is published for Linux on x64 only, and this is darwin on arm64: docker compose up',
    ],
  ] as const)('%s with %o', (id, overrides, expected) => {
    expect(advice(id, overrides)).toBe(expected);
  });
});
