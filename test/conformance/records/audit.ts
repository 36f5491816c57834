import { describe, expect, test } from 'vitest';
import type { AuditChain } from '../../../src/audit/chain/ports.ts';
import { type Sealed, sealEntries } from '../../../src/audit/chain/seal.ts';
import { type Checkpoint, verifyLines } from '../../../src/audit/chain/verify.mjs';
import type { AuditEntry } from '../../../src/audit/record.ts';
import { StoreUnavailable } from '../../../src/core/errors.ts';
import { anAuditEntry, beginning } from '../../builders/audit.ts';

const entry = (n: number, over: Partial<AuditEntry> = {}): AuditEntry =>
  anAuditEntry({ command: { farmers: n }, ...over });
const headOf = (sealed: readonly Sealed[]): Checkpoint => {
  const { seq, hash } = sealed.at(-1)?.record ?? beginning;
  return { seq, hash };
};

/** What every chain of the audit must do. */
export const auditChainConformance = (name: string, open: () => AuditChain): void => {
  describe(`audit chain: ${name}`, () => {
    test('entries wait in their order, until a record has taken their place', async () => {
      const chain = open();
      await chain.put(['a', 'b']);
      await chain.put(['c']);
      const waiting = await chain.waiting(2);
      expect(waiting.map(({ text }) => text)).toEqual(['a', 'b']);
      const sealed = sealEntries(await chain.head(), [entry(1), entry(2)]);
      expect(await chain.append(beginning, sealed, [waiting[0]?.id ?? '', waiting[1]?.id ?? ''])).toBe(true);
      expect((await chain.waiting(9)).map(({ text }) => text)).toEqual(['c']);
      expect(await chain.head()).toEqual(headOf(sealed));
    });

    test('of two that append behind the same head one does, and nothing of the other is written', async () => {
      const chain = open();
      await chain.put(['a']);
      const [waiting] = await chain.waiting(1);
      const first = sealEntries(beginning, [entry(1)]);
      expect(await chain.append(beginning, first, [])).toBe(true);
      expect(await chain.append(beginning, sealEntries(beginning, [entry(2)]), [waiting?.id ?? ''])).toBe(
        false,
      );
      // Right number, wrong hash.
      const forged = { seq: 1, hash: 'f'.repeat(64) };
      expect(await chain.append(forged, sealEntries(forged, [entry(3)]), [])).toBe(false);
      expect(await chain.lines(1, 9)).toEqual(first.map(({ line }) => line));
      expect(await chain.waiting(9)).toHaveLength(1);
    });

    test('what it gives back is what was sealed, from any number on', async () => {
      const chain = open();
      const sealed = sealEntries(
        beginning,
        Array.from({ length: 30 }, (_, n) => entry(n, { error: 'Zürich \u2028 “ok” \u0000' })),
      );
      await chain.append(beginning, sealed, []);
      const lines = sealed.map(({ line }) => line);
      expect(await chain.lines(1, 100)).toEqual(lines);
      expect(await chain.lines(12, 3)).toEqual(lines.slice(11, 14));
      expect(await chain.lines(31, 3)).toEqual([]);
      expect(verifyLines(lines).problems).toEqual([]);
    });

    test('an intent is found by its action; an outcome with the same action is none', async () => {
      const chain = open();
      const intent = entry(1, { type: 'change_intent', action_id: 'w.1', outcome: 'intended' });
      const outcome = entry(2, { type: 'change_outcome', action_id: 'w.2' });
      await chain.append(beginning, sealEntries(beginning, [entry(0), intent, outcome]), []);
      expect(await chain.intentOf('w.1')).toBe(2);
      expect(await chain.intentOf('w.2')).toBeUndefined();
      expect(await chain.intentOf('')).toBeUndefined();
    });

    test('its front can be cut off, and numbers go on', async () => {
      const chain = open();
      const sealed = sealEntries(beginning, [entry(1), entry(2), entry(3)]);
      await chain.append(beginning, sealed, []);
      await chain.cutBefore(3);
      expect(await chain.lines(1, 9)).toEqual([sealed[2]?.line]);
      await chain.append(headOf(sealed), sealEntries(headOf(sealed), [entry(4)]), []);
      expect((await chain.head()).seq).toBe(4);
    });

    test('an empty one goes on behind a record that is known elsewhere, and one with records does not', async () => {
      const chain = open();
      const known = { seq: 41, hash: 'a'.repeat(64) };
      await chain.goOnBehind(known);
      expect(await chain.head()).toEqual(known);
      const sealed = sealEntries(known, [entry(1)]);
      expect(await chain.append(beginning, sealEntries(beginning, [entry(1)]), [])).toBe(false);
      expect(await chain.append(known, sealed, [])).toBe(true);
      expect(sealed[0]?.record.seq).toBe(42);
      await expect(chain.goOnBehind(beginning)).rejects.toBeInstanceOf(StoreUnavailable);
    });
  });
};
