/**
 * Measures farmhand against the bare limit of the same parts in the same run, on real Redis and Kafka and a local
 * Slack that answers at once. Its flags: flags.ts.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildOfRef } from './build.ts';
import { measureAcknowledgement } from './cases/ack.ts';
import { measureAuditCost } from './cases/audit-cost.ts';
import { measureAuditVerify } from './cases/audit-verify.ts';
import { measureIntake } from './cases/intake.ts';
import { measureRebuilds } from './cases/rebuilds.ts';
import { measureStart } from './cases/start.ts';
import { measureFlood, measureThreads } from './cases/thread.ts';
import { readFlags } from './flags.ts';
import { startStub } from './load/stub.ts';
import { machineOf } from './measure/machine.ts';
import { describeMachine, table } from './measure/report.ts';
import type { Row } from './measure/row.ts';
import { startRig } from './rig.ts';

const names = [
  'intake',
  'thread',
  'flood',
  'ack',
  'rebuilds',
  'audit-verify',
  'audit-cost',
  'start',
] as const;
const values = readFlags(process.argv.slice(2), names);
const { quick } = values;
const say = (line: string): void => console.error(line);

await using rig = await startRig(say);
await using stub = await startStub(rig);
const machine = await machineOf(rig);
console.log(describeMachine(machine));

const events = quick ? 30_000 : 100_000;
const warmUp = events / 5;
const runs = quick ? 1 : 3;
const seconds = quick ? 6 : 20;
const cases: Readonly<Record<(typeof names)[number], () => Promise<readonly Row[]>>> = {
  intake: async () => [
    ...(await measureIntake(
      rig,
      { alerts: events / 10, warmUp, total: events },
      { runs, profile: true, what: `intake: ${events} events about ${events / 10} alerts` },
    )),
    ...(await measureIntake(
      rig,
      { alerts: events, warmUp, total: events },
      { runs, profile: true, what: `intake: ${events} events, each about an alert of its own` },
    )),
  ],
  thread: () => measureThreads(rig, stub, seconds),
  flood: () => measureFlood(rig, stub, { count: events / 10, runs }),
  ack: () => measureAcknowledgement(rig, stub, seconds),
  rebuilds: () =>
    measureRebuilds(rig, stub, {
      count: 1_000,
      seconds: quick ? 30 : 120,
      say,
    }),
  'audit-verify': () =>
    measureAuditVerify(rig.dir, { records: quick ? 20_000 : 100_000, runs: quick ? 3 : 7 }),
  'audit-cost': () => measureAuditCost(rig, quick ? 500 : 3_000),
  start: async () => {
    const { against } = values;
    const before = against === undefined ? [] : [await buildOfRef(against, join(rig.dir, 'against'))];
    const builds = [...before, rig.build];
    return measureStart(rig, stub, { builds, runs: quick ? 3 : 7, idle: quick ? 20 : 60, say });
  },
};

const rows: Row[] = [];
for (const name of values.only) {
  say(`measuring ${name}`);
  const found = await cases[name]();
  console.log(table(found));
  rows.push(...found);
}
await mkdir(dirname(values.json), { recursive: true });
await writeFile(values.json, `${JSON.stringify({ machine, quick, rows }, undefined, 2)}\n`);
say(`\nAs JSON: ${values.json}`);
