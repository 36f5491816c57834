import { createAuditLog } from '../../src/audit/chain/audit-log.ts';
import type { RecordStore } from '../../src/integrations/redis/record-store.ts';
import { dayOf } from '../../src/rebuild/commands/create.ts';
import type { EffectState } from '../../src/rebuild/model/parts/effect-state.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { commandEntry } from '../load/audit.ts';
import { instanceName, rebuildInFlight } from '../load/rebuilds.ts';
import { benchStore } from '../load/store.ts';
import type { Row } from '../measure/row.ts';
import { percentile } from '../measure/stats.ts';
import type { Rig } from '../rig.ts';

const software = { version: '0.2.0', commit: '3f2a91c', config: 'c0ffee0123456789' };
const stamp = () => ({ software, safe: (text: string) => text });

/**
 * What the chain adds to a write of a rebuild, as `/dcr` makes it: the same write with and without its record, by turns;
 * and how long a change then waits for the proof that its intent is in the chain.
 */
export const measureAuditCost = async (rig: Rig, count: number): Promise<readonly Row[]> => {
  await rig.emptyRedis();
  const plain = await rebuildOf(rig, 'plain', false);
  const audited = await rebuildOf(rig, 'audited', true);
  const log = createAuditLog({ chain: audited.store.audit, stamp, now: Date.now });
  const without: number[] = [];
  const withRecord: number[] = [];
  const proofs: number[] = [];
  // The first ones, while everything is compiled, are not counted.
  const warmUp = count / 5;
  for (let n = 0; n < warmUp + count; n++) {
    const first = n % 2 === 0;
    if (first) without.push(await write(plain, n));
    withRecord.push(await write(audited, n));
    if (!first) without.push(await write(plain, n));
    // As after each command: in the background, whoever asked has their answer.
    await log.seal();
    const claim = await claimed(audited, n);
    proofs.push(
      await timed(async () => {
        const why = await log.unproven(claim);
        if (why !== undefined) throw new Error(why);
      }),
    );
  }
  const row = (what: string, value: number): Row => ({
    case: `the audit of ${count.toLocaleString('en-US')} writes of a rebuild`,
    what,
    value,
    unit: 'ms',
  });
  const of = (times: readonly number[], p: number): number => percentile(times.slice(warmUp), p);
  const aim = { atMost: 2 };
  return [50, 99].flatMap((p) => [
    row(`write without a record, p${p}`, of(without, p)),
    row(`write with its record, p${p}`, of(withRecord, p)),
    { ...row(`what the record adds, p${p}`, of(withRecord, p) - of(without, p)), aim },
    { ...row(`an intent sealed and read back, p${p}`, of(proofs, p)), aim },
  ]);
};

interface Written {
  readonly store: RecordStore;
  readonly id: string;
}

const rebuildOf = async (rig: Rig, prefix: string, audits: boolean): Promise<Written> => {
  const store = benchStore(rig, prefix, audits ? { stamp } : {});
  const now = Date.now();
  const made = await store.rebuilds.create(
    { instance: instanceName(0), day: dayOf(now), draft: 'bench', limit: 1 },
    (id) => rebuildInFlight(0, id, { port: 9, now, driveAt: now }),
  );
  if (!made.ok) throw new Error(`The rebuild could not be put into Redis: ${made.code}`);
  return { store, id: made.rebuild.id };
};

/** A command that changes the number of farmers wanted; ms. */
const write = ({ store, id }: Written, n: number): Promise<number> =>
  timed(() =>
    store.rebuilds.update(id, (rebuild) => ({
      write: {
        rebuild: { ...rebuild, farmers: { ...rebuild.farmers, wanted: 2 + (n % 90) } },
        journal: [{ at: Date.now(), who: 'U0ALICE', what: 'scale', why: 'room for more' }],
        audited: [commandEntry(n, Date.now())],
      },
    })),
  );

/** Claims a change, with its intent; answers the claim. */
const claimed = async ({ store, id }: Written, n: number): Promise<string> => {
  const claim = `bench.${n + 10}`;
  const effect: EffectState = {
    key: `${id}/farmers/${n + 10}`,
    effect: { kind: 'scale', role: 'farmer', from: 24, to: 2 + (n % 90) },
    state: 'claimed',
    step: 'rebuild',
    at: Date.now(),
    attempts: 1,
    claim,
  };
  const withEffect = (rebuild: Rebuild): Rebuild => ({
    ...rebuild,
    effects: [...rebuild.effects.slice(0, 3), effect],
  });
  await store.rebuilds.update(id, (rebuild) => ({ write: { rebuild: withEffect(rebuild), journal: [] } }));
  return claim;
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};
