/**
 * Measures farmhand against the bare limit of the same parts in the same run, on real Redis and Kafka and a local
 * Slack that answers at once. `--only NAME` (intake, thread, flood, ack; may be repeated), `--quick`, `--json FILE`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { measureAcknowledgement } from './cases/ack.ts';
import { measureIntake } from './cases/intake.ts';
import { measureFlood, measureThreads } from './cases/thread.ts';
import { startStub } from './load/stub.ts';
import { machineOf } from './measure/machine.ts';
import { describeMachine, table } from './measure/report.ts';
import type { Row } from './measure/row.ts';
import { startRig } from './rig.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    json: { type: 'string', default: 'test-results/bench.json' },
  },
});
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
const cases: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
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
};

const wanted = values.only ?? Object.keys(cases);
const unknown = wanted.filter((name) => !Object.hasOwn(cases, name));
if (unknown.length > 0) {
  throw new Error(`There is no case ${unknown.join(', ')}; there are ${Object.keys(cases).join(', ')}.`);
}
const rows: Row[] = [];
for (const name of wanted) {
  say(`measuring ${name}`);
  const found = (await cases[name]?.()) ?? [];
  console.log(table(found));
  rows.push(...found);
}
await mkdir(dirname(values.json), { recursive: true });
await writeFile(values.json, `${JSON.stringify({ machine, quick, rows }, undefined, 2)}\n`);
say(`\nAs JSON: ${values.json}`);
