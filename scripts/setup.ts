import { type PartId, parts } from './setup/parts.ts';
import { wantedFor } from './setup/plan.ts';
import { setUp } from './setup/run.ts';

/** `node scripts/setup.ts [sandbox | test | PART…]`: makes sure the parts are there. Exit code 1 when some are not. */
const names = process.argv.slice(2);
const [first] = names;
const unknown = names.filter((name) => !['sandbox', 'test', ...parts.map(({ id }) => id)].includes(name));
if (unknown.length > 0) {
  const known = parts.map(({ id }) => id).join(', ');
  console.error(
    `${unknown.join(', ')}: no such part. Nothing was done. Parts: ${known}; or sandbox, or test.`,
  );
  process.exit(1);
}
const byPurpose = first === undefined || first === 'sandbox' || first === 'test';
const wanted = byPurpose ? wantedFor(first ?? 'test', parts) : parts.filter(({ id }) => names.includes(id));
const asked = new Set<PartId>(byPurpose ? [] : wanted.map(({ id }) => id));
if (setUp(wanted, asked).length > 0) {
  process.exitCode = 1;
  if (first === 'sandbox') {
    console.log('The sandbox was not started. Do that, and run the same line again; or: docker compose up');
  }
}
