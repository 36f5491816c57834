import { type PartId, parts, purposes } from './setup/parts.ts';
import { wantedFor } from './setup/plan.ts';
import { setUp } from './setup/run.ts';

/** `node scripts/setup.ts [sandbox | test | long | PART…]`: makes sure the parts are there. Exit code 1 when some are not. */
const names = process.argv.slice(2);
const [first] = names;
const known: readonly string[] = [...purposes, ...parts.map(({ id }) => id)];
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  const ids = parts.map(({ id }) => id).join(', ');
  console.error(
    `${unknown.join(', ')}: no such part. Nothing was done. Parts: ${ids}; or sandbox, test, long.`,
  );
  process.exit(1);
}
const purpose = first === undefined ? 'test' : purposes.find((each) => each === first);
const wanted = purpose ? wantedFor(purpose, parts) : parts.filter(({ id }) => names.includes(id));
// Whoever names the long tests' has asked for the minutes that these are built in.
const asked = new Set<PartId>(purpose && purpose !== 'long' ? [] : wanted.map(({ id }) => id));
if (setUp(wanted, asked).length > 0) {
  process.exitCode = 1;
  if (first === 'sandbox') {
    console.log('The sandbox was not started. Do that, and run the same line again; or: docker compose up');
  }
}
