import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packOf } from '../../src/audit/chain/pack.ts';
import { sealEntries } from '../../src/audit/chain/seal.ts';
import { chainVerifier, verifiedWords, verifyLines } from '../../src/audit/chain/verify.mjs';
import { anAuditEntry, beginning } from '../builders/audit.ts';

const ids = ['system6-20261120-1', 'systemgov1-20261120-1'] as const;
const wish = { rebuild: ids[0] };

/** `a` is about the rebuild that is asked for, `b` about another one. */
const chainOf = (about: string): readonly string[] =>
  sealEntries(
    beginning,
    [...about].map((one, n) =>
      anAuditEntry({
        object: { kind: 'rebuild', id: one === 'a' ? ids[0] : ids[1] },
        command: { verb: 'scale', farmers: n },
      }),
    ),
  ).map(({ line }) => line);

async function* each(lines: readonly string[]): AsyncIterable<string> {
  yield* lines;
}

const verify = (lines: readonly string[], checkpoints = [] as Parameters<typeof chainVerifier>[0]) => {
  const verifier = chainVerifier(checkpoints, { mayWithhold: true });
  for (const line of lines) verifier.take(line);
  return verifier.end();
};

test('all from the first to the last that is about it, with what stands in between', async () => {
  const chain = chainOf('bababb');
  const pack = await packOf(each(chain), wish);
  expect(pack?.lines).toEqual(chain.slice(1, 4));
  expect([pack?.about.map(({ seq }) => seq), pack?.between]).toEqual([[2, 4], 1]);
  expect(pack?.checkpoints.map(({ seq }) => seq)).toEqual([1, 4]);
  expect(await packOf(each(chain), { rebuild: 'none' })).toBeUndefined();
});

test('nothing after what ends it: the same pack, whatever is written later', async () => {
  const endsWith = ({ command }: { readonly command?: object }) =>
    JSON.stringify(command).includes('"farmers":2');
  const early = await packOf(each(chainOf('aba')), wish, { endsWith });
  const late = await packOf(each(chainOf('ababa')), wish, { endsWith });
  expect(late).toEqual(early);
});

test('what others asked for is left out where it may not be seen, and the rest can be verified', async () => {
  const chain = chainOf('babbabbba');
  const pack = await packOf(each(chain), wish, { withhold: true });
  if (!pack) throw new Error('a pack');
  expect(pack.lines.join()).not.toContain(ids[1]);
  expect(pack.lines.map((line) => JSON.parse(line)).map(({ seq, withheld }) => [seq, withheld])).toEqual([
    [2, undefined],
    [4, 2],
    [5, undefined],
    [8, 3],
    [9, undefined],
  ]);
  // The one before, each before a gap, and the last: whoever has the whole chain compares them all.
  expect(pack.checkpoints.map(({ seq }) => seq)).toEqual([1, 2, 5, 9]);
  expect(verifyLines(chain, pack.checkpoints)).toMatchObject({ compared: 4, problems: [] });
  const verified = verify(pack.lines, pack.checkpoints);
  expect(verified).toMatchObject({ records: 3, withheld: 5, compared: 3, problems: [] });
  expect(verifiedWords(verified)).toMatch(
    /^Whole: 3 records, 2 to 9; .*\n3 compared with a checkpoint\.\n5 more about other things are left out\. /,
  );
});

test('the chain itself may leave nothing out: a line that stands for records is told as a forgery', async () => {
  const pack = await packOf(each(chainOf('aba')), wish, { withhold: true });
  const [problem] = verifyLines(pack?.lines ?? [], pack?.checkpoints).problems;
  expect(problem).toMatchObject({ seq: 2, code: 'edited' });
});

test('an edit, a removal or a swap in a pack with gaps is found against its checkpoints', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.stringMatching(/^[ab]{0,20}a[ab]{1,20}a$/),
      fc.nat(),
      fc.constantFrom('edit', 'remove', 'swap', 'count'),
      async (about, where, how) => {
        const pack = await packOf(each(chainOf(about)), wish, { withhold: true });
        if (!pack) throw new Error('a pack');
        expect(verify(pack.lines, pack.checkpoints).problems).toEqual([]);
        const lines = [...pack.lines];
        const at = where % lines.length;
        const line = lines[at] ?? '';
        if (how === 'edit')
          lines[at] = line.replace(/"hash":"(.)/, (_, c) => `"hash":"${c === '0' ? '1' : '0'}`);
        else if (how === 'remove') lines.splice(at, 1);
        else if (how === 'count') lines[at] = line.replace(/"withheld":(\d+)/, '"withheld":9$1');
        else lines.push(...lines.splice(at, 1));
        if (lines.join() === pack.lines.join()) return;
        expect(verify(lines, pack.checkpoints).problems).not.toEqual([]);
      },
    ),
    { seed: 20261120, numRuns: 500 },
  );
});
