import { readTree } from './imports/files.ts';
import { thisMachine } from './setup/machine.ts';
import { type PartId, parts } from './setup/parts.ts';
import { unmetOf, wantedFor } from './setup/plan.ts';
import { setUp, setUpMeanwhile } from './setup/run.ts';
import { notMet, partsNeeded } from './test/needs.ts';
import { root, type StepResult, toolStep, vitestStep } from './test/steps.ts';
import { add, none, type Tally } from './test/tally.ts';

/**
 * `npm run check` (what needs no other program), `npm test` (that, and each promise with real parts, in minutes) and
 * `npm run test:long` (the same promises with thousands of seeds, planted bugs, and kills everywhere). `npm test --
 * long` is both. The last line is the count. Where a part is not met, its tests are named and left out; in CI that is
 * a failure.
 */
const wanted = new Set(process.argv.slice(2));
const strange = [...wanted].filter((word) => !['check', 'short', 'long'].includes(word));
if (strange.length > 0) {
  console.error(`No tests are called ${strange.join(', ')}; there are check, short, long. Nothing was run.`);
  process.exit(2);
}
const whole = wanted.has('short') || wanted.has('long');
const forLong = wantedFor('long', parts);
const unmet = [...(whole ? setUp(wantedFor('test', parts)) : [])];
// After the others: both may ask apt, which serves one at a time.
const meanwhile = wanted.has('long') ? setUpMeanwhile(forLong) : undefined;

const tree = whole ? readTree(root, ['test', 'sandbox']) : new Map();
const absent = (): ReadonlySet<PartId> => new Set(unmet.map(({ part }) => part.id));
/** Files of tests whose parts are not there. */
const leftOut = (): readonly string[] =>
  [...tree.keys()].filter(
    (file) =>
      /\.(int|e2e)\.test\.ts$/.test(file) && [...partsNeeded(file, tree)].some((part) => absent().has(part)),
  );

const results: StepResult[] = [];
if (wanted.has('check') || wanted.has('short')) {
  results.push(
    toolStep('Types', 'typescript/bin/tsc'),
    toolStep('Lint and format', '@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']),
    toolStep('Unused files, exports and dependencies', 'knip/bin/knip.js'),
    vitestStep('Pure tests', ['unit'], { tags: '!long' }),
  );
}
if (wanted.has('short')) {
  // They wait more than they work: three files at once keep two cores busy.
  const short = { tags: '!long', exclude: leftOut(), atOnce: 3 };
  results.push(vitestStep('Tests with real parts', ['int'], short));
  results.push(vitestStep('End to end', ['e2e'], short));
}
if (wanted.has('long')) {
  unmet.push(...(meanwhile ? await meanwhile() : unmetOf(forLong, thisMachine())));
  results.push(
    vitestStep('Thousands of seeds, planted bugs, killed everywhere', ['unit', 'int', 'e2e'], {
      tags: 'long',
      exclude: leftOut(),
    }),
  );
}
if (unmet.length > 0) {
  console.log('\nNot everything was tested; these parts are not here:');
  for (const { part, advice } of unmet) console.log(`  ${part.name}: ${advice}`);
  for (const file of leftOut()) console.log(`  not run: ${file}`);
}
if (whole) console.log(`\n${notMet(wanted.has('long') ? unmet.map(({ part }) => part) : forLong)}`);
const missing = process.env['CI'] === 'true' ? unmet.length : 0;
const total = results.reduce<Tally>(add, none);
const failed = total.failed + missing;
const failures = results.flatMap((step) => step.failures);
if (failures.length > 0) console.log(`\nWhat failed:\n${failures.join('\n')}`);
console.log(`\n${total.passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
