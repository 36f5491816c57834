import { expect, test } from 'vitest';
import type { Leases } from '../../../src/reconcile/lease.ts';
import type { Leased } from '../../../src/reconcile/work.ts';

/** The leases of a store for tests. */
export interface LeasesSubject {
  readonly leases: Leases;
  /** Lets time pass for the store; ms. */
  elapse(ms: number): Promise<void>;
}

const id = 'system6-20261120-1';
const taken = { ok: false, forMs: expect.any(Number) };

export const leasesConformance = (open: () => Promise<LeasesSubject>): void => {
  test('one owner at a time for each thing; others are told how long, and the owner that they asked', async () => {
    const { leases } = await open();
    expect(await leases.take('drive', id, 'a', 20_000)).toEqual({ ok: true });
    const refused = await leases.take('drive', id, 'b', 20_000);
    expect(refused).toEqual(taken);
    expect(refused.ok ? 0 : refused.forMs).toBeGreaterThan(10_000);
    expect(refused.ok ? 0 : refused.forMs).toBeLessThanOrEqual(20_000);
    expect(await leases.letGo('drive', id, 'a')).toBe(true);
    expect(await leases.take('drive', id, 'b', 20_000)).toEqual({ ok: true });
    expect(await leases.letGo('drive', id, 'b')).toBe(false);
  });

  test('each kind and each id has a lease of its own', async () => {
    const { leases } = await open();
    const kinds = ['lane', 'drive', 'card', 'ticket', 'approvers', 'looks', 'recovery'] as const;
    const others: readonly (readonly [Leased, string])[] = [
      ...kinds.map((of) => [of, id] as const),
      ['lane', 'C2'],
    ];
    for (const [of, each] of others) {
      expect([of, await leases.take(of, each, of, 20_000)]).toEqual([of, { ok: true }]);
    }
    for (const [of, each] of others) expect(await leases.letGo(of, each, of)).toBe(false);
  });

  test('its owner keeps it by asking again, and still learns who asked before', async () => {
    const { leases } = await open();
    await leases.take('lane', 'C1', 'a', 1_000);
    expect(await leases.take('lane', 'C1', 'b', 20_000)).toEqual(taken);
    expect(await leases.take('lane', 'C1', 'a', 60_000)).toEqual({ ok: true });
    const refused = await leases.take('lane', 'C1', 'c', 20_000);
    expect(refused.ok ? 0 : refused.forMs).toBeGreaterThan(30_000);
    expect(await leases.letGo('lane', 'C1', 'a')).toBe(true);
  });

  test('nobody lets go of what is not theirs', async () => {
    const { leases } = await open();
    await leases.take('drive', id, 'a', 20_000);
    expect(await leases.letGo('drive', id, 'b')).toBe(false);
    expect(await leases.take('drive', id, 'b', 20_000)).toEqual(taken);
  });

  test('a lease whose owner died is over by itself', async () => {
    const { leases, elapse } = await open();
    await leases.take('drive', id, 'a', 40);
    await expect
      .poll(async () => {
        await elapse(10);
        return (await leases.take('drive', id, 'b', 20_000)).ok;
      })
      .toBe(true);
    expect(await leases.letGo('drive', id, 'a')).toBe(false);
  });
};
