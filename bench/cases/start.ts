import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../sandbox/process/free-port.ts';
import { dayOf } from '../../src/rebuild/commands/create.ts';
import { rebuildEnv, rebuildSections } from '../load/rebuild-config.ts';
import type { SlackStub } from '../load/stub.ts';
import { processorTime, residentMemory } from '../measure/machine.ts';
import type { Row } from '../measure/row.ts';
import { median } from '../measure/stats.ts';
import type { FarmhandSetup, Rig } from '../rig.ts';
import { putInFlight } from './rebuilds.ts';

export interface StartSize {
  /** How often each is started. */
  readonly runs: number;
  /** How long it has nothing to do before its memory is looked at, seconds. */
  readonly idle: number;
}

/** A role, and what is configured; the aims are those of all roles in one process. */
interface Kind {
  readonly what: string;
  readonly setup: Omit<FarmhandSetup, 'topic' | 'slackApi'>;
  readonly ready?: number;
  readonly idle?: number;
}

const roles = ['intake', 'worker', 'slack', 'api'] as const;

/** How long a process takes until its probe says that it is ready, and what it occupies when nothing happens. */
export const measureStart = async (
  rig: Rig,
  slack: SlackStub,
  { runs, idle }: StartSize,
): Promise<readonly Row[]> => {
  await rig.emptyRedis();
  const port = await freePort();
  const day = dayOf(Date.now());
  await using _stub = await rig.program('rebuild-stub.ts', [String(port), '1', day], /^listening on/);
  const topic = await rig.topic(3);
  const everything = await everythingOf(rig, slack, port);
  // Each batch waits together: a role alone has less to do than what the others would do to it.
  const batches: readonly (readonly Kind[])[] = [
    [{ what: 'everything configured', setup: { role: 'all', ...everything }, ready: 500, idle: 165 }],
    [{ what: 'alerts only', setup: { role: 'all' }, ready: 500, idle: 125 }],
    roles.flatMap((role) => [
      { what: `everything configured, ${role}`, setup: { role, ...everything } },
      { what: `alerts only, ${role}`, setup: { role } },
    ]),
  ];
  const row = (what: string, value: number, unit: string, atMost?: number): Row => ({
    case: `start to ready, and memory after ${idle} s with nothing to do`,
    what,
    value,
    unit,
    ...(atMost !== undefined && { aim: { atMost } }),
  });

  const rows = await measureBare(rig, runs, idle, row);
  for (const batch of batches) {
    await using running = new AsyncDisposableStack();
    const waiting: (() => Promise<void>)[] = [];
    for (const kind of batch) {
      const setup = { ...kind.setup, topic, slackApi: slack.apiUrl };
      const times: number[] = [];
      const processor: number[] = [];
      const start = async () => {
        const farmhand = await rig.farmhand(setup);
        times.push(farmhand.readyAfter);
        processor.push(await processorTime(farmhand.process.pid));
        return farmhand;
      };
      for (let n = 1; n < runs; n++) await (await start())[Symbol.asyncDispose]();
      const farmhand = running.use(await start());
      rows.push(row(`${kind.what}: ready`, median(times), 'ms', kind.ready));
      // Other work on the machine makes the time longer, and this hardly.
      rows.push(row(`${kind.what}: processor until then`, median(processor), 'ms'));
      waiting.push(async () => {
        const bytes = await residentMemory(farmhand.process.pid);
        rows.push(row(`${kind.what}: memory`, bytes / 2 ** 20, 'MB', kind.idle));
      });
    }
    await sleep(idle * 1000);
    for (const look of waiting) await look();
  }
  // By then the client of its cluster is loaded.
  await putInFlight(rig, { count: 1, port, day });
  await using farmhand = await rig.farmhand({
    topic,
    slackApi: slack.apiUrl,
    role: 'all',
    ...everything,
  });
  await sleep(idle * 1000);
  const bytes = await residentMemory(farmhand.process.pid);
  rows.push(row('everything configured, a rebuild in flight: memory', bytes / 2 ** 20, 'MB'));
  await rig.emptyRedis();
  return rows;
};

const measureBare = async (
  rig: Rig,
  runs: number,
  idle: number,
  row: (what: string, value: number, unit: string) => Row,
): Promise<Row[]> => {
  const times: number[] = [];
  const processor: number[] = [];
  const start = async () => {
    const port = await freePort();
    const startedAt = performance.now();
    const program = await rig.program('bare-server.ts', [String(port)], /^listening/);
    times.push(performance.now() - startedAt);
    processor.push(await processorTime(program.pid));
    return program;
  };
  for (let n = 1; n < runs; n++) await (await start()).stop();
  await using program = await start();
  await sleep(idle * 1000);
  const bytes = await residentMemory(program.pid);
  return [
    row('bare Node with a server: ready', median(times), 'ms'),
    row('bare Node with a server: processor until then', median(processor), 'ms'),
    row('bare Node with a server: memory', bytes / 2 ** 20, 'MB'),
  ];
};

/** Besides what every farmhand of the benchmark has: rebuilds with their clusters and repository, Jira, a second copy. */
const everythingOf = async (rig: Rig, slack: SlackStub, port: number) => {
  const { rebuilds, access } = await rebuildSections(rig, port, 1);
  return {
    sections: {
      rebuilds: { ...rebuilds, ticket: true },
      access,
      jira: {
        kind: 'cloud',
        host: new URL(slack.apiUrl).origin,
        email: 'farmhand@example.com',
        project: 'OPS',
      },
      audit: { file: join(rig.dir, 'chain.ndjson') },
    },
    env: { ...rebuildEnv, JIRA_API_TOKEN: 'bench-jira' },
  };
};
