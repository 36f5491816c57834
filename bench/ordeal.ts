/**
 * Two farmhands on real parts, a steady stream of alerts, and one fault after the other: what is lost, what is doubled,
 * and how long a channel is silent. Exits with 1 when anything is not as it should be. `npm run ordeal -- --help`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom } from '../sandbox/generator/random.ts';
import { readOrdealFlags } from './ordeal/flags.ts';
import { judge, type Phase } from './ordeal/judge.ts';
import { type Destroyed, ordeals } from './ordeal/phases.ts';
import { createPopulation } from './ordeal/population.ts';
import { openSource, type Sent, seriesOf } from './ordeal/source.ts';
import { isSilent, legend, table } from './ordeal/table.ts';
import { startWitness } from './ordeal/witness.ts';
import { channels, partitions, startOrdealWorld, topic } from './ordeal/world.ts';

const usage = `npm run ordeal -- [--rate N] [--seconds N] [--seed N] [--only WORD]… [--logs DIR]

  --rate N      events a second (default 200)
  --seconds N   how long each phase lasts (default 25)
  --seed N      other alerts (default 1)
  --only WORD   the phases whose names hold this word, with calm before and after
  --logs DIR    keeps the logs of the two farmhands there, what was sent, and what Slack was made to show`;
const read = readOrdealFlags(
  process.argv.slice(2),
  ordeals().map(({ name }) => name),
);
if (!read.ok) {
  console.error(`${read.problems.join('\n')}\nNothing was started.\n\n${usage}`);
  process.exit(1);
}
const { flags } = read;
if (flags.help) {
  console.log(`${usage}

Slack and farmhand are unpaced: what is measured is farmhand, not what Slack allows. The columns:
${legend}`);
  process.exit(0);
}
const phaseMs = flags.seconds * 1_000;
/** Until alerts end as often as they begin; ms. */
const warmUp = 30_000;
/** What is still to be told when all is sent; ms. */
const settleAtMost = 90_000;
const say = (line: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${line}`);

if (flags.logs !== undefined) await mkdir(flags.logs, { recursive: true });
await using at = await startOrdealWorld(flags.logs, say);
const witness = startWitness(at.world.slack.control);
const population = createPopulation({
  rate: flags.rate,
  channels: channels.length,
  random: randomFrom(flags.seed),
  start: Date.now(),
});
await using source = await openSource(at.world.kafka?.address ?? '', topic, partitions, population);

const phases: Phase[] = [];
const destroyed: Destroyed = {};
const pass = async (
  name: string,
  silenceAtMost: number,
  ms: number,
  begin?: () => Promise<void>,
): Promise<void> => {
  say(name);
  const from = Date.now();
  await Promise.all([begin?.(), sleep(ms)]);
  phases.push({ name, silenceAtMost, from, to: Date.now() });
};
await pass('(warm-up)', 5_000, warmUp);
const { only } = flags;
const chosen = ordeals().filter(
  ({ name }) => only.length === 0 || /^calm/.test(name) || only.some((word) => name.includes(word)),
);
for (const { name, silenceAtMost, prepare, begin } of chosen) {
  await prepare?.(at);
  const last = phases.at(-1);
  // What prepares a fault belongs to the time before it.
  if (last) phases[phases.length - 1] = { ...last, to: Date.now() };
  await pass(name, silenceAtMost, phaseMs, () => begin(at, destroyed, say));
}
await source.stop();
const end = Date.now();

/** What was destroyed before anybody was told of it; looked at once all acts are known. */
const goneWith = (sent: Sent): 'store' | 'topic' | undefined => {
  const { storeAt, topicAt, committed } = destroyed;
  if (topicAt !== undefined && sent.at <= topicAt && sent.offset >= (committed?.get(sent.partition) ?? 0))
    return 'topic';
  if (storeAt !== undefined && sent.at <= storeAt && sent.at > storeAt - 5_000) return 'store';
  return undefined;
};
const said = source.sent.map((sent) => {
  const gone = goneWith(sent);
  const channel = channels[sent.channel] ?? channels[0];
  return { series: seriesOf(sent), channel, kind: sent.kind, at: sent.at, ...(gone && { gone }) };
});
const all = [
  ...phases,
  { name: '(settling)', silenceAtMost: settleAtMost, from: end, to: Number.POSITIVE_INFINITY },
];
say('settling');
let figures = judge(said, await witness.seen(channels), all);
while (Date.now() - end < settleAtMost && figures.some(({ lost }) => lost.length > 0)) {
  await sleep(2_000);
  figures = judge(said, await witness.seen(channels), all);
}
const seen = await witness.seen(channels);
await witness.stop();
if (flags.logs !== undefined) {
  await writeFile(join(flags.logs, 'ordeal.json'), JSON.stringify({ phases, said, ...seen }));
}

console.log(
  `\nTwo farmhands, ${flags.rate} events a second, ${channels.length} channels, seed ${flags.seed}\n`,
);
console.log(
  table(figures.filter(({ sent, lost, doubled }) => sent > 0 || lost.length > 0 || doubled.length > 0)),
);
console.log(legend);
for (const [what, count] of seen.refused) console.log(`Slack refused ${count} × ${what}`);
const lost = figures.flatMap((each) => each.lost);
const doubled = figures.flatMap((each) => each.doubled);
for (const [word, found] of [
  ['lost', lost],
  ['doubled', doubled],
] as const) {
  for (const what of found.slice(0, 20)) console.log(`${word}  ${what}`);
  if (found.length > 20) console.log(`… and ${found.length - 20} more`);
}
const silent = figures.filter(isSilent);
const bad = lost.length + doubled.length + silent.length > 0;
console.log(
  bad ? '\nNot as it should be.' : '\nNothing lost, nothing doubled, no channel silent for too long.',
);
process.exitCode = bad ? 1 : 0;
