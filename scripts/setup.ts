import { type PartId, parts } from './setup/parts.ts';
import { wantedFor } from './setup/plan.ts';
import { partsNamed, setUp } from './setup/run.ts';

/** `node scripts/setup.ts [sandbox | test | PART…]`: makes sure the parts are there. Exit code 1 when some are not. */
const names = process.argv.slice(2);
const [first] = names;
const byPurpose = first === undefined || first === 'sandbox' || first === 'test';
const wanted = byPurpose ? wantedFor(first ?? 'test', parts) : partsNamed(names);
const asked = new Set<PartId>(byPurpose ? [] : wanted.map((part) => part.id));
if (setUp(wanted, asked).length > 0) process.exitCode = 1;
