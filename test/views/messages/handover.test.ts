import { expect, test } from 'vitest';
import { handover } from '../../../views/messages/handover.ts';
import { anAlert, ana, ben, minute, viewContext } from '../support/builders.ts';
import { readable } from '../support/read.ts';
import { hour, inState, rebuildContext, rebuildNow } from '../support/rebuilds.ts';
import { problemsOf } from '../support/slack-rules.ts';

const ctx = rebuildContext();
const free = anAlert({ id: 'aaaa1111-1', startsAt: rebuildNow - hour });
const taken = anAlert({
  id: 'bbbb2222-1',
  name: 'DiskFull',
  severity: 'warning',
  ack: { by: ben, at: rebuildNow - minute },
});
const silenced = anAlert({
  id: 'cccc3333-1',
  name: 'Flappy',
  silence: { by: ana, reason: 'deploy', until: rebuildNow + 2 * hour },
});
const trusted = ['acme.slack.com', 'jira.example'];

test('what nobody has, who has what, which silences end, what rebuilds wait for; without a mention of anybody', () => {
  const message = handover(
    {
      alerts: [free, taken, silenced],
      firing: 3,
      rebuilds: [inState.running(), inState['waiting for a person']()],
    },
    ctx,
  );
  const text = readable(message.blocks);
  expect(text[0]).toBe('*Handover: 3 alerts firing · 2 rebuilds in flight* · 2026-11-20 12:10');
  expect(text[1]).toBe('*2 critical, 1 warning* · nobody has 1');
  expect(text[2]).toMatch(/HighErrorRate.* · critical\n.*nobody has it/);
  expect(text[3]).toMatch(/^👀 \*ben\* has 1 alert: .*DiskFull/);
  expect(text[4]).toMatch(/^🔕 .*Flappy.* rings again 2026-11-20 14:10 · \*ana\* · deploy$/);
  // The one that waits for a person comes first, with what for.
  const flights = text.filter((block) => block.includes('system6-'));
  expect(flights[0]).toMatch(/Manual intervention required[\s\S]*\nNeeds a person: /);
  expect(flights).toHaveLength(2);
  expect(problemsOf(message, ctx, trusted)).toEqual([]);
  expect(JSON.stringify(message)).not.toContain('<@');
});

test('a quiet shift is one line each', () => {
  const text = readable(handover({ alerts: [], firing: 0, rebuilds: [] }, viewContext()).blocks);
  expect(text.slice(1, -1).filter((line) => line !== '(divider)')).toEqual([
    '✅ Nothing is firing.',
    '🌱 No rebuild is in flight.',
  ]);
});

test('a storm stays within what Slack takes, and says what was not looked at', () => {
  const alerts = Array.from({ length: 1000 }, (_, i) =>
    anAlert({
      id: `id${i}-1`,
      name: `Alert${i % 40}`,
      ...(i % 3 === 0 && { ack: { by: { id: `U0${i}` }, at: rebuildNow } }),
      ...(i % 7 === 0 && { silence: { by: ana, reason: 'x', until: rebuildNow + minute } }),
    }),
  );
  const rebuilds = Array.from({ length: 100 }, () => inState['waiting for a person']());
  const message = handover({ alerts, firing: 4000, rebuilds, hidden: 'no role' }, ctx);
  expect(problemsOf(message, ctx, trusted)).toEqual([]);
  const text = readable(message.blocks).join('\n');
  expect(text).toMatch(/Of 4,000 alerts 1000 were looked at/);
  expect(text).toMatch(/\d+ more that nobody has: `\/alerts unacked`/);
  expect(text).toMatch(/88 more: `\/dcr list`/);
  expect(text).toContain('Some rebuilds are left out');
});

test('one that is posted by itself says when it is late, and nothing of it when it is not', () => {
  const at = (lateMs: number): string =>
    readable(handover({ alerts: [], firing: 0, due: rebuildNow - lateMs }, ctx).blocks).join('\n');
  expect(at(119_999)).not.toContain('Late');
  expect(at(hour)).toContain(
    '⏰ Late: it was due 2026-11-20 11:10, when farmhand or Slack was away. It says how things are now.',
  );
});

test('notes are handed over: of what somebody has or is silenced once by name, of what nobody has in its line', () => {
  const pinned = (text: string) => ({ pinned: { text, by: ana, at: rebuildNow - hour } });
  const alerts = [
    { ...free, ...pinned('flaky switch') },
    { ...taken, ...pinned('vendor on it, <case> 4711') },
  ];
  const text = readable(handover({ alerts, firing: 2 }, ctx).blocks).join('\n');
  expect(text).toContain('nobody has it');
  expect(text.match(/📌 flaky switch/g)).toHaveLength(1);
  expect(text).toMatch(/📌 .*DiskFull.*: vendor on it, &lt;case&gt; 4711 – \*ana\*, 2026-11-20 11:10/);
});
