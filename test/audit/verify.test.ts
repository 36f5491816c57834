import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { sealEntries } from '../../src/audit/chain/seal.ts';
import {
  type Checkpoint,
  canonical,
  checkpointsIn,
  noHash,
  type Problem,
  verifiedWords,
  verifyLines,
} from '../../src/audit/chain/verify.mjs';
import type { AuditEntry } from '../../src/audit/record.ts';
import { anAuditEntry, beginning } from '../builders/audit.ts';

const entry = (n: number): AuditEntry =>
  anAuditEntry({
    time_utc: new Date(Date.UTC(2026, 10, 20) + n).toISOString(),
    command: { verb: 'scale', farmers: n },
  });

const chainOf = (length: number, entries = Array.from({ length }, (_, n) => entry(n))) =>
  sealEntries(beginning, entries).map(({ line }) => line);
const checkpointOf = (lines: readonly string[]): Checkpoint[] => {
  const { seq, hash } = JSON.parse(lines.at(-1) ?? '');
  return [{ seq, hash }];
};
const places = (problems: readonly Problem[]) => problems.map(({ code, seq }) => ({ code, seq }));

test('a chain that nobody touched is whole, with its checkpoint', () => {
  const lines = chainOf(40);
  const { records, first, head, compared, problems } = verifyLines(lines, checkpointOf(lines));
  expect({ records, first, seq: head.seq, compared, problems }).toEqual({
    ...{ records: 40, first: 1, seq: 40, compared: 1, problems: [] },
  });
});

/** Each way to tamper, with the first problem that must be told of it. `at`: counted from 0. */
const tamperings = {
  'a field is edited': (lines: string[], at: number) => {
    lines[at] = (lines[at] ?? '').replace('"farmers":', '"farmers":9');
    return { code: 'edited', seq: at + 1 };
  },
  'a character is changed in the hash': (lines: string[], at: number) => {
    lines[at] = (lines[at] ?? '').replace(/"hash":"(.)/, (_, c) => `"hash":"${c === '0' ? '1' : '0'}`);
    return { code: 'edited', seq: at + 1 };
  },
  'a field is edited and the hash is made to fit': (lines: string[], at: number) => {
    const { hash: _, ...content } = JSON.parse(lines[at] ?? '');
    const { prev_hash, seq, ...edited } = { ...content, outcome: 'denied' };
    lines[at] = sealEntries({ seq: seq - 1, hash: prev_hash }, [edited])[0]?.line ?? '';
    return at === lines.length - 1 ? { code: 'rewritten', seq: at + 1 } : { code: 'link', seq: at + 2 };
  },
  'a record is deleted': (lines: string[], at: number) => {
    lines.splice(at, 1);
    if (at === 0) return { code: 'begins', seq: 2 };
    return at === lines.length ? { code: 'cut', seq: at + 1 } : { code: 'missing', seq: at + 1 };
  },
  'two records are swapped': (lines: string[], at: number) => {
    const other = at === 0 ? lines.length - 1 : at - 1;
    const [low, high] = [Math.min(at, other), Math.max(at, other)];
    [lines[low], lines[high]] = [lines[high] ?? '', lines[low] ?? ''];
    return low === 0 ? { code: 'order', seq: high === 1 ? 1 : 2 } : { code: 'missing', seq: low + 1 };
  },
  'the end is cut off': (lines: string[], at: number) => {
    lines.length = Math.max(1, at);
    return { code: 'cut', seq: lines.length + 1 };
  },
  'a record is put in twice': (lines: string[], at: number) => {
    lines.splice(at, 0, lines[at] ?? '');
    return { code: 'order', seq: at + 1 };
  },
  'everything from there on is written again, with hashes that fit': (lines: string[], at: number) => {
    const entries = lines.map((line, i) => {
      const { hash: _, prev_hash: __, seq: ___, ...content } = JSON.parse(line);
      return i === at ? { ...content, actor: { id: 'U0MALLORY' } } : content;
    });
    lines.splice(0, lines.length, ...chainOf(0, entries));
    return { code: 'rewritten', seq: lines.length };
  },
  'a line is broken off': (lines: string[], at: number) => {
    lines[at] = (lines[at] ?? '').slice(0, -9);
    return { code: 'unreadable', seq: at + 1 };
  },
  'a line is laid out in another way': (lines: string[], at: number) => {
    lines[at] = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(lines[at] ?? '')).reverse()));
    return { code: 'form', seq: at + 1 };
  },
  'a field is there twice': (lines: string[], at: number) => {
    lines[at] = (lines[at] ?? '').replace('{', '{"outcome":"denied",');
    return { code: 'form', seq: at + 1 };
  },
} as const;

const eachTampering = (numRuns: number) => {
  for (const [how, tamper] of Object.entries(tamperings)) {
    const property = fc.property(fc.integer({ min: 2, max: 24 }), fc.nat(), (length, place) => {
      const lines = chainOf(length);
      const checkpoints = checkpointOf(lines);
      const expected = tamper(lines, place % length);
      const { problems } = verifyLines(lines, checkpoints);
      const [first] = places(problems.filter(({ code }) => code === expected.code));
      expect(first, how).toEqual(expected);
    });
    fc.assert(property, { numRuns });
  }
};

test('whatever is edited, deleted, swapped, cut or written again is found, at its place', () => {
  eachTampering(60);
});

test('the same, more than ten thousand times', { tags: ['long'], timeout: 120_000 }, () => {
  eachTampering(1_000);
});

test('a rewrite and a cut end are only seen against a checkpoint, and that is said', () => {
  const lines = chainOf(5);
  const cut = verifyLines(lines.slice(0, 3));
  expect(cut.problems).toEqual([]);
  expect(verifiedWords(cut)).toContain('Compared with no checkpoint');
  expect(places(verifyLines(lines.slice(0, 3), checkpointOf(lines)).problems)).toEqual([
    { code: 'cut', seq: 4 },
  ]);
});

test('a front that was cut off in the open is no gap, and one that was cut off in silence is', () => {
  const cutOff = { ...entry(9), type: 'audit_cut' as const };
  const old = sealEntries(beginning, [entry(0), entry(1), entry(2)]);
  const last = old[1]?.record;
  const cut = { seq: last?.seq ?? 0, hash: last?.hash ?? '' };
  const sealed = sealEntries(old[2]?.record ?? beginning, [{ ...cutOff, cut }]);
  const whole = [...old, ...sealed].map(({ line }) => line);
  expect(verifyLines(whole.slice(2)).problems).toEqual([]);
  expect(places(verifyLines(whole.slice(1)).problems)).toEqual([{ code: 'begins', seq: 2 }]);
});

test('nothing at all, after a checkpoint, is a chain that was cut off', () => {
  expect(places(verifyLines([], [{ seq: 3, hash: noHash }]).problems)).toEqual([{ code: 'cut', seq: 1 }]);
});

// The examples of RFC 8785, section 3.2.
test('the canonical form is that of RFC 8785', () => {
  const value = {
    numbers: [JSON.parse('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
    literals: [null, true, false],
  };
  expect(canonical(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  const keys = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
  expect(Object.values(JSON.parse(canonical(keys)))).toHaveLength(7);
  expect([...canonical(keys).matchAll(/:(\d)/g)].map(([, n]) => n).join('')).toBe('2467153');
});

test('what JSON cannot carry exactly is not made to fit', () => {
  expect(() => canonical({ a: Number.NaN })).toThrow('no JSON number');
  expect(() => canonical({ a: '\ud800' })).toThrow('no well-formed Unicode');
});

test('a hash that stands in a record as content as well hides nothing, and is no problem by itself', () => {
  const [one] = sealEntries(beginning, [entry(1)]);
  const hash = one?.record.hash ?? '';
  for (const before of [
    { hash, z: 1 },
    { 'a"hash': hash, z: 1 },
  ]) {
    const forged = canonical({ ...one?.record, before });
    expect(places(verifyLines([forged]).problems)).toEqual([{ code: 'edited', seq: 1 }]);
    const sealed = sealEntries(beginning, [{ ...entry(1), before }]);
    expect(verifyLines(sealed.map(({ line }) => line)).problems).toEqual([]);
  }
});

test('an auditor runs the one file on an exported chain, and reads what is wrong with it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'farmhand-audit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const source = fileURLToPath(new URL('../../src/audit/chain/verify.mjs', import.meta.url));
  copyFileSync(source, join(folder, 'verify.mjs'));
  // Line separators that are none in JSON.
  const lines = chainOf(0, [entry(0), { ...entry(1), why: { reason: 'a\u2028b\u2029c\u0085d' } }, entry(2)]);
  const run = (file: string): string => {
    try {
      return execFileSync(process.execPath, ['verify.mjs', file, 'checkpoints.ndjson'], {
        cwd: folder,
        encoding: 'utf8',
      });
    } catch (error) {
      return `${(error as { status: number }).status} ${(error as { stdout: string }).stdout}`;
    }
  };
  writeFileSync(join(folder, 'checkpoints.ndjson'), `${JSON.stringify(checkpointOf(lines)[0])}\n`);
  writeFileSync(join(folder, 'whole.ndjson'), `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'edited.ndjson'), `${lines.join('\n').replace('U0ALICE', 'U0MALLO')}\n`);
  const head = checkpointOf(lines)[0]?.hash;
  expect(run('whole.ndjson')).toBe(
    `Whole: 3 records, 1 to 3; the head is ${head}.\n1 compared with a checkpoint.\n`,
  );
  expect(run('edited.ndjson')).toBe(
    `1 NOT whole: 1 problem in 3 records, 1 to 3; the head is ${head}.\n1 compared with a checkpoint.\n` +
      '  record 1 is not what it was: its content does not give its hash (line 1)\n',
  );
  expect(run('absent.ndjson')).toMatch(/^2 /);
});

test('a file that is no chain at all is said to be none, in one sentence', async () => {
  const notes = ['# Notes', '', 'Nothing of this is a record.'];
  expect(verifiedWords(verifyLines(notes))).toBe(
    'NOT an audit chain: none of its 3 lines can be read as a record (line 1 is no JSON: it was cut off, or written over). ' +
      'Name an audit.ndjson; if this is one, it was written over as a whole.',
  );
});

test('the whole chain is replaced by another one that is whole: text pasted from a ticket finds it', async () => {
  const lines = chainOf(20);
  const [checkpoint] = checkpointOf(lines.slice(0, 12));
  const pasted = [
    'Requested by | Alice Ash (U0ALICE)',
    `Audit at the start | record ${checkpoint?.seq}, SHA-256 ${checkpoint?.hash}`,
  ];
  const known = await checkpointsIn(pasted);
  expect(known).toEqual([checkpoint]);
  expect(verifyLines(lines, known).problems).toEqual([]);
  const other = chainOf(
    20,
    Array.from({ length: 20 }, (_, n) => entry(n + 100)),
  );
  expect(verifyLines(other).problems).toEqual([]);
  expect(places(verifyLines(other, known).problems)).toEqual([{ code: 'rewritten', seq: 12 }]);
  expect(places(verifyLines(lines.slice(0, 11), known).problems)).toEqual([{ code: 'cut', seq: 12 }]);
});

test('a line of a ticket that begins with a brace, as people may type it, is text like the others', async () => {
  const [checkpoint] = checkpointOf(chainOf(3));
  const audit = `Audit at the start | record ${checkpoint?.seq}, SHA-256 ${checkpoint?.hash}`;
  expect(await checkpointsIn(['{html}<b>new</b>{html} dataset', audit])).toEqual([checkpoint]);
  expect(await checkpointsIn(['Reason', `{code} ${audit}`])).toEqual([checkpoint]);
  await expect(checkpointsIn([JSON.stringify(checkpoint), '{"seq":'])).rejects.toThrow(
    'line 2 is no checkpoint',
  );
});

test('two checkpoints of one number that differ: one of the two is not true, and that is told', () => {
  const lines = chainOf(5);
  const known = [{ seq: 5, hash: '0'.repeat(64) }, ...checkpointOf(lines)];
  expect(places(verifyLines(lines, known).problems)).toEqual([{ code: 'rewritten', seq: 5 }]);
});

/** Each on a chain of six, with a checkpoint of its end: what is told, and of which record. */
const row42: readonly (readonly [
  string,
  (lines: readonly string[]) => readonly string[],
  readonly string[],
])[] = [
  ['edit', (l) => l.with(2, (l[2] ?? '').replace('"farmers":', '"farmers":9')), ['edited 3']],
  ['delete', (l) => l.toSpliced(2, 1), ['missing 3']],
  ['reorder', (l) => l.with(2, l[3] ?? '').with(3, l[2] ?? ''), ['missing 3', 'order 3', 'missing 4']],
  ['truncate tail', (l) => l.slice(0, 4), ['cut 5']],
  ['insert', (l) => l.toSpliced(3, 0, ...behind(l[2], 1)), ['order 4']],
  ['replace whole chain', () => chainOf(0, [9, 8, 7, 6, 5, 4].map(entry)), ['rewritten 6']],
  ['two writers', (l) => [...l.slice(0, 5), ...behind(l[2], 3)], ['order 4', 'rewritten 6']],
];
const behind = (line = '', count = 1) =>
  sealEntries(
    JSON.parse(line),
    Array.from({ length: count }, (_, n) => entry(50 + n)),
  ).map((one) => one.line);

test.each(row42)('fault row 42, audit tampering: %s is told, with its place', (_, tamper, told) => {
  const lines = chainOf(6);
  const { problems } = verifyLines(tamper(lines), checkpointOf(lines));
  expect(problems.map(({ code, seq }) => `${code} ${seq}`)).toEqual(told);
});
