import { describe, expect, test } from 'vitest';
import { createFaults, Fault, type FaultInput } from '../../../sandbox/slack/control/faults.ts';

const withFaults = (...faults: FaultInput[]) => {
  const created = createFaults();
  for (const fault of faults) created.add(Fault.parse(fault));
  return created;
};
const drop = { kind: 'drop_before' } as const;

describe('a fault', () => {
  test('takes one call, and then no more', () => {
    const faults = withFaults({ effect: drop });
    expect(faults.take('chat.postMessage', 'C1', '{}')).toEqual(drop);
    expect(faults.take('chat.postMessage', 'C1', '{}')).toBeUndefined();
    expect(faults.pending()).toBe(0);
  });

  test('takes as many as it is told, after those it lets pass', () => {
    const faults = withFaults({ method: 'chat.update', skip: 1, times: 2, effect: drop });
    const met = [1, 2, 3, 4].map(() => faults.take('chat.update', 'C1', '{}') !== undefined);
    expect(met).toEqual([false, true, true, false]);
  });

  test('takes only calls that fit its method, channel and words', () => {
    const faults = withFaults({ method: 'chat.postMessage', channel: 'C1', contains: 'a1-x', effect: drop });
    expect(faults.take('chat.update', 'C1', '"a1-x"')).toBeUndefined();
    expect(faults.take('chat.postMessage', 'C2', '"a1-x"')).toBeUndefined();
    expect(faults.take('chat.postMessage', 'C1', '"a1-y"')).toBeUndefined();
    expect(faults.take('chat.postMessage', 'C1', '"a1-x"')).toEqual(drop);
  });

  test('waits behind an older one that fits', () => {
    const faults = withFaults({ effect: drop }, { effect: { kind: 'error', error: 'is_archived' } });
    expect(faults.take('x', '', '')).toEqual(drop);
    expect(faults.take('x', '', '')).toEqual({ kind: 'error', error: 'is_archived', forward: false });
  });

  test('can be taken back', () => {
    const faults = withFaults();
    const id = faults.add(Fault.parse({ effect: drop }));
    expect(faults.remove(id)).toBe(true);
    expect(faults.remove(id)).toBe(false);
    expect(faults.take('x', '', '')).toBeUndefined();
  });
});

test('an outage meets every call and uses up no fault', () => {
  const faults = withFaults({ effect: { kind: 'rate_limited' } });
  faults.outage('html');
  for (let i = 0; i < 3; i++) {
    expect(faults.take('auth.test', '', '')).toEqual({ kind: 'html', status: 503, forward: false });
  }
  faults.outage('off');
  expect(faults.take('auth.test', '', '')).toEqual({ kind: 'rate_limited', retry_after_s: 1 });
});
