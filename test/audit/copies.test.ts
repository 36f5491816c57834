import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createAuditLog } from '../../src/audit/chain/audit-log.ts';
import { type CopyName, type CopyState, createCopies } from '../../src/audit/chain/copies.ts';
import type { Met } from '../../src/audit/chain/copy.ts';
import { createFollower, ownTurn } from '../../src/audit/chain/follower.ts';
import type { AuditChain } from '../../src/audit/chain/ports.ts';
import { verifyLines } from '../../src/audit/chain/verify.mjs';
import type { AuditEntry } from '../../src/audit/record.ts';
import { StoreUnavailable } from '../../src/core/errors.ts';
import { anAuditEntry, aStamp } from '../builders/audit.ts';
import { memoryCopy } from '../fakes/audit-copy.ts';
import { memoryChain } from '../support/memory-chain.ts';

const entry = (over: Partial<AuditEntry> = {}) => anAuditEntry(over);
const intent = (action_id: string) => entry({ type: 'change_intent', outcome: 'intended', action_id });

/** A farmhand with a chain, a file and a topic; `required`: without which copies nothing is changed. */
const farmhand = (
  chain: AuditChain,
  required: readonly CopyName[] = [],
  kept = [memoryCopy('file'), memoryCopy()],
) => {
  const states: string[] = [];
  const met: Met[] = [];
  const lost: (readonly [number, number])[] = [];
  const copies = createCopies({
    kept: kept.map(({ copy }) => ({
      name: copy.name,
      follower: createFollower({
        ...{ chain, copy, turn: ownTurn() },
        onMet: async (found) => void met.push(found),
      }),
    })),
    required: () => required,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    onState: (name, state: CopyState) =>
      states.push(`${name} ${state.is}${state.is === 'failing' ? `: ${state.error}` : ''}`),
  });
  const log = createAuditLog({
    ...{ chain, stamp: () => aStamp(), now: () => Date.UTC(2026, 10, 20) },
    restore: copies.restore,
    uncopied: copies.uncopied,
    onLost: (known, head) => lost.push([known.seq, head.seq]),
  });
  const [file, topic] = [kept[0] ?? memoryCopy(), kept[1] ?? memoryCopy()];
  return { chain, log, copies, file, topic, kept, states, met, lost };
};
const held = async ({ chain }: { readonly chain: AuditChain }) => chain.lines(1, 1_000);
const inTheFuture = () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
};

describe('the audit sink (fault row 41)', () => {
  test.each(['down', 'hangs', 'lies'] as const)(
    'one copy %s: changes go on, it is told, and what it missed is written once it is well',
    async (mode) => {
      inTheFuture();
      const { log, copies, file, topic, states, ...world } = farmhand(memoryChain());
      await log.record([entry()]);
      await log.seal();
      await copies.restore();
      file.is(mode);
      await log.record([intent('w.1')]);
      expect(await log.unproven('w.1')).toBeUndefined();
      const rounds = Promise.all([copies.round('file'), copies.round('kafka')]);
      await vi.advanceTimersByTimeAsync(10_000);
      await rounds;
      const words = {
        down: 'no space left on device',
        hangs: 'no answer within 10000 ms',
        lies: 'it does not hold what was written to it',
      };
      expect(states.slice(-2).sort()).toEqual([`file failing: ${words[mode]}`, 'kafka following']);
      expect(topic.lines).toEqual(await held(world));
      if (mode === 'hangs') return;
      file.is('well');
      await copies.round('file');
      expect(states.at(-1)).toBe('file following');
      expect(file.lines).toEqual(await held(world));
    },
  );

  test.each([
    ['down', 'could not be written to the audit topic in Kafka: no space left on device'],
    ['lies', 'could not be written to the audit topic in Kafka: it does not hold what was written to it'],
    ['hangs', 'could not be written: no answer within 2000 ms'],
  ] as const)('a copy that is required %s: nothing is changed, within two seconds', async (mode, why) => {
    inTheFuture();
    const { log, topic } = farmhand(memoryChain(), ['kafka']);
    await log.record([entry()]);
    await log.seal();
    topic.is(mode);
    await log.record([intent('w.1')]);
    const answer = log.unproven('w.1');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await answer).toBe(`Nothing was changed: its audit record ${why}`);
    if (mode === 'hangs') return;
    topic.is('well');
    expect(await log.unproven('w.1')).toBeUndefined();
    expect(topic.lines.map((line) => JSON.parse(line).type)).toEqual(['command', 'change_intent']);
  });

  test('Redis and the copies down: nothing is changed, and what a pause wrote with its record follows', async () => {
    const chain = memoryChain();
    let down = false;
    const away = new StoreUnavailable('Redis did not answer (audit); nothing was changed.');
    const flaky: AuditChain = { ...chain, head: async () => (down ? Promise.reject(away) : chain.head()) };
    const { log, file, topic, copies } = farmhand(flaky);
    await log.record([entry()]);
    await log.seal();
    down = true;
    file.is('down');
    topic.is('down');
    // The write of the pause carries its entry into the inbox.
    await log.record([entry({ command: { verb: 'pause' } }), intent('w.1')]);
    expect(await log.unproven('w.1')).toBe(
      'Nothing was changed: its audit record could not be written: Redis did not answer (audit); nothing was changed.',
    );
    down = false;
    file.is('well');
    topic.is('well');
    await log.seal();
    await Promise.all([copies.round('file'), copies.round('kafka')]);
    const commands = file.lines.map((line) => JSON.parse(line).command?.verb);
    expect(commands).toEqual([undefined, 'pause', undefined]);
    expect(topic.lines).toEqual(file.lines);
  });
});

describe('a Redis that lost the chain', () => {
  test('gives it back from a copy before anything new is sealed', async () => {
    const before = farmhand(memoryChain());
    await before.log.record([entry(), entry(), entry()]);
    await before.log.seal();
    await before.copies.restore();
    const old = await held(before);
    // Started again, with an empty Redis, and a record of the start that waits.
    const { log, met, ...after } = farmhand(memoryChain(), [], before.kept);
    await log.record([entry({ type: 'software_started' })]);
    await log.seal();
    const lines = await held(after);
    expect(lines.slice(0, 3)).toEqual(old);
    expect(lines).toHaveLength(4);
    expect(met).toContainEqual({ state: 'restored', from: 1, to: 3 });
    expect(verifyLines(lines).problems).toEqual([]);
  });

  test('without a copy: it goes on behind the last record that the process knows, and says so', async () => {
    let chain = memoryChain();
    const through: AuditChain = {
      ...{
        put: (texts) => chain.put(texts),
        waiting: (most) => chain.waiting(most),
        head: () => chain.head(),
      },
      append: (...all) => chain.append(...all),
      ...{ lines: (from, most) => chain.lines(from, most), intentOf: (action) => chain.intentOf(action) },
      ...{ cutBefore: (seq) => chain.cutBefore(seq), goOnBehind: (head) => chain.goOnBehind(head) },
    };
    const { log, lost } = farmhand(through, [], []);
    await log.record([entry(), entry()]);
    await log.seal();
    const known = await chain.head();
    chain = memoryChain();
    await log.record([entry()]);
    await log.seal();
    const lines = await chain.lines(1, 9);
    const [first, second] = lines.map((line) => JSON.parse(line));
    expect(lost).toEqual([[2, 0]]);
    expect([first.seq, first.prev_hash]).toEqual([3, known.hash]);
    expect([second.type, second.cut]).toEqual(['audit_lost', known]);
    expect(verifyLines(lines, [known])).toMatchObject({ first: 3, problems: [] });
  });

  test('back at an older state: what is missing is told, and the checkpoint finds it', async () => {
    const chain = memoryChain();
    const { log, lost } = farmhand(chain, [], []);
    await log.record([entry(), entry(), entry()]);
    await log.seal();
    const known = await chain.head();
    const older = memoryChain();
    const [line = ''] = await chain.lines(1, 1);
    await older.append(await older.head(), [{ record: JSON.parse(line), line }], []);
    Object.assign(chain, older);
    await log.record([entry()]);
    await log.seal();
    const lines = await chain.lines(1, 9);
    expect(lost).toEqual([[3, 1]]);
    expect(lines.map((one) => JSON.parse(one).type)).toEqual(['command', 'command', 'audit_lost']);
    expect(verifyLines(lines, [known]).problems).toMatchObject([{ code: 'rewritten', seq: 3 }]);
  });

  test('is not begun by somebody who does not know its copies', async () => {
    const chain = memoryChain();
    const reader = createAuditLog({ chain, stamp: () => aStamp(), now: () => 0, begins: false });
    await reader.record([entry({ type: 'audit_read' })]);
    await reader.seal();
    expect(await chain.lines(1, 9)).toEqual([]);
    expect(await chain.waiting(9)).toHaveLength(1);
  });
});

test('a record that was edited in Redis is not taken into a copy', async () => {
  const chain = memoryChain();
  const { lines } = chain;
  const { log, copies, file, met, states } = farmhand(chain);
  await log.record([entry()]);
  await log.seal();
  await copies.round('file');
  await log.record([entry(), entry()]);
  await log.seal();
  chain.lines = async (from, most) =>
    (await lines(from, most)).map((line) =>
      line.includes('"seq":2') ? line.replace('U0ALICE', 'U0MALLO') : line,
    );
  await copies.round('file');
  expect(met).toEqual([{ state: 'split', at: 2 }]);
  expect(states.at(-1)).toBe('file split');
  expect(file.lines).toHaveLength(1);
});
