/**
 * Measures farmhand against the bare limit of the same parts in the same run, on real Redis and Kafka and a local
 * Slack that answers at once. Its flags: flags.ts.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../src/core/errors.ts';
import { buildOfRef, mustBeRef } from './build.ts';
import { measureAcknowledgement } from './cases/ack.ts';
import { measureAuditCost } from './cases/audit-cost.ts';
import { measureAuditVerify } from './cases/audit-verify.ts';
import { measureIntake } from './cases/intake.ts';
import { measureRebuilds } from './cases/rebuilds.ts';
import { measureStart } from './cases/start.ts';
import { measureFlood, measureThreads } from './cases/thread.ts';
import { measureTiers } from './cases/tiers.ts';
import { readFlags } from './flags.ts';
import { startStub } from './load/stub.ts';
import { machineOf } from './measure/machine.ts';
import { describeMachine, table } from './measure/report.ts';
import { besideRows, medianRows, type Row } from './measure/row.ts';
import { findPeer } from './peers/alertmanager.ts';
import { type Rig, startRig } from './rig.ts';

const names = [
  'intake',
  'thread',
  'flood',
  'ack',
  'rebuilds',
  'audit-verify',
  'audit-cost',
  'start',
  'tiers',
] as const;
const values = readFlags(process.argv.slice(2), names);
const { quick, against, rounds } = values;
const say = (line: string): void => console.error(line);

const stop = (error: unknown): never => {
  say(messageOf(error));
  process.exit(1);
};
if (against !== undefined) await mustBeRef(against).catch(stop);
const startPeer = values.peer ? await findPeer(say).catch(stop) : undefined;
await using rig = await startRig(say);
await using stub = await startStub(rig);
const before =
  against === undefined ? undefined : rig.with(await buildOfRef(against, join(rig.dir, 'against')));
const machine = await machineOf(rig);
console.log(describeMachine(machine));

const events = quick ? 30_000 : 100_000;
const warmUp = events / 5;
const runs = quick ? 1 : 3;
const seconds = quick ? 6 : 20;
/** The profile is that of the sources beside this benchmark. */
const profiles = (of: Rig): boolean => of.build === rig.build;
type Name = (typeof names)[number];
const cases: Readonly<Record<Name, (rig: Rig) => Promise<readonly Row[]>>> = {
  intake: async (rig) => [
    ...(await measureIntake(
      rig,
      { alerts: events / 10, warmUp, total: events },
      { runs, profile: profiles(rig), what: `intake: ${events} events about ${events / 10} alerts` },
    )),
    ...(await measureIntake(
      rig,
      { alerts: events, warmUp, total: events },
      { runs, profile: profiles(rig), what: `intake: ${events} events, each about an alert of its own` },
    )),
  ],
  thread: (rig) => measureThreads(rig, stub, { seconds, startPeer }),
  flood: (rig) => measureFlood(rig, stub, { count: events / 10, runs, startPeer }),
  ack: (rig) => measureAcknowledgement(rig, stub, seconds),
  rebuilds: (rig) =>
    measureRebuilds(rig, stub, {
      count: 1_000,
      seconds: quick ? 30 : 120,
      say,
    }),
  'audit-verify': () =>
    measureAuditVerify(rig.dir, { records: quick ? 20_000 : 100_000, runs: quick ? 3 : 7 }),
  'audit-cost': (rig) => measureAuditCost(rig, quick ? 500 : 3_000),
  start: (rig) => measureStart(rig, stub, { runs: quick ? 3 : 7, idle: quick ? 20 : 60 }),
  tiers: (rig) => measureTiers(rig, stub, { seconds: quick ? 15 : 60 }),
};
/** These run farmhand's code within the benchmark: the build before is not to be had there. */
const within: readonly Name[] = ['audit-verify', 'audit-cost'];

const rows: Row[] = [];
for (const name of values.only) {
  const now: (readonly Row[])[] = [];
  const then: (readonly Row[])[] = [];
  for (let round = 1; round <= rounds; round++) {
    say(`measuring ${name}${rounds > 1 ? `, round ${round} of ${rounds}` : ''}`);
    if (before !== undefined && !within.includes(name)) {
      then.push(await cases[name](before));
      say(`${name}: measuring this build`);
    }
    now.push(await cases[name](rig));
  }
  const found = besideRows(medianRows(now), medianRows(then));
  console.log(table(found, against));
  rows.push(...found);
}
await mkdir(dirname(values.json), { recursive: true });
await writeFile(values.json, `${JSON.stringify({ machine, quick, rounds, against, rows }, undefined, 2)}\n`);
say(`\nAs JSON: ${values.json}`);
