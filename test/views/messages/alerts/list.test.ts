import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Alert } from '../../../../src/alerts/model/alert.ts';
import { alertList } from '../../../../views/messages/alerts/list.ts';
import { anAlert, ana, ben, minute, start, viewContext } from '../../support/builders.ts';
import { hostileAlert, hostileText } from '../../support/hostile.ts';
import { readable } from '../../support/read.ts';
import { problemsOf } from '../../support/slack-rules.ts';

const ctx = viewContext();
const list = (alerts: readonly Alert[], more = false, filters = ''): string[] =>
  readable(alertList({ alerts, more, filters, status: 'firing', waiting: [] }, ctx).blocks);

const footer = '`/alerts why ID` tells why an alert is where it is, `/alerts help` the rest.';

test('the most severe first, of those the ones nobody has, then the newest: state, since when, who, and the id', () => {
  const alerts = [
    anAlert({ id: 'aaaa1111-1', severity: 'warning', name: 'PodCrashLooping', ack: { by: ana, at: start } }),
    anAlert({ id: 'bbbb2222-1', severity: 'critical', fired: 3 }),
    anAlert({
      id: 'cccc3333-1',
      severity: 'critical',
      name: 'DiskFull',
      startsAt: start + minute,
      labels: { instance: 'db-1:9100' },
      silence: { by: ben, until: start + 60 * minute, reason: 'x' },
      thread: { state: 'wanted', since: start, event: 'e' },
    }),
  ];
  expect(list(alerts)).toEqual([
    '*3 alerts firing*',
    '🚨 *<https://acme.slack.com/archives/C01ALERTS/p1795184022000100|HighErrorRate>* · `checkout-5c9f-1` · critical\nsince 2026-11-20 14:13, 3× · nobody has it · `bbbb2222`',
    '🔕 *DiskFull* · `db-1:9100` · critical, silenced\nsince 2026-11-20 14:14 · nobody has it · waits for its thread · `cccc3333`',
    '👀 *<https://acme.slack.com/archives/C01ALERTS/p1795184022000100|PodCrashLooping>* · `checkout-5c9f-1` · warning, acknowledged\nsince 2026-11-20 14:13 · <@U01ANA> has it · `aaaa1111`',
    footer,
  ]);
});

test('an alert in a group leads to the thread of its group, where there is one', () => {
  const memberOf = { group: 'aaaaaaaaaaaaaaaa', at: start, channel: 'C01ALERTS', by: {} };
  const member = anAlert({ id: 'bbbb2222-1', memberOf, thread: { state: 'none' } });
  const open = anAlert({ thread: { state: 'open', ts: '1.5', at: start, shown: '' } });
  const line = (group: Alert): string | undefined => {
    const groups = new Map([[memberOf.group, group]]);
    const listing = {
      alerts: [member],
      groups,
      more: false,
      filters: '',
      status: 'firing',
      waiting: [],
    } as const;
    return readable(alertList(listing, ctx).blocks)[1]?.split(' · ').at(-2);
  };
  expect(line(open)).toBe('<https://acme.slack.com/archives/C01ALERTS/p15|in a group>');
  expect(line(anAlert({ thread: { state: 'wanted', since: start, event: '' } }))).toBe('in a group');
});

test('in a storm: how many have no thread yet, and where', () => {
  const waiting = [
    { channel: 'C01ALERTS', count: 2 },
    { channel: 'C02PAY', count: 1430 },
  ];
  const show = (status: 'firing' | 'resolved'): string | undefined =>
    readable(alertList({ alerts: [anAlert()], more: false, filters: '', status, waiting }, ctx).blocks)[1];
  expect(show('firing')).toBe(
    '⏳ Waiting for their threads: 1,430 in <#C02PAY>, 2 in <#C01ALERTS>. Where many wait, a digest there says which.',
  );
  expect(show('resolved')).toContain('HighErrorRate');
});

test('more than twenty: page by page, each reached by what can be typed again', () => {
  const alerts = Array.from({ length: 23 }, (_, i) => anAlert({ id: `id${String(i).padStart(6, '0')}-1` }));
  const blocks = list(alerts, true, 'tier=gov');
  expect(blocks[0]).toBe('*23+ alerts firing for tier=gov*');
  expect(blocks.at(-1)).toBe(
    `Page 1 of 2: \`/alerts tier=gov page=2\`. More are on record: narrow it down, as with \`severity&gt;=error\` or \`service=…\`. ${footer}`,
  );
  expect(blocks.join('\n').match(/^since /gm)).toHaveLength(20);
  const shown = (page: number) =>
    readable(
      alertList({ alerts, more: false, filters: 'tier=gov', status: 'resolved', waiting: [], page }, ctx)
        .blocks,
    );
  const [first, second] = [shown(1).join('\n'), shown(2).join('\n')];
  expect(first).toContain('Page 1 of 2: `/alerts resolved tier=gov page=2`.');
  expect(second.match(/id\d{6}/g)).toHaveLength(3);
  expect(second).toContain(`Page 2 of 2. ${footer}`);
  const both = `${first}${second}`.match(/`id\d{6}`/g) ?? [];
  expect(new Set(both).size).toBe(23);
  // Beyond the last page stands the last one.
  expect(shown(9)).toEqual(shown(2));
});

const storm = (count: number, over: Partial<Alert>): Alert[] =>
  Array.from({ length: count }, (_, i) =>
    anAlert({
      id: `${over.name}${i}-1`,
      labels: { alertname: over.name ?? '', service: 'orders', pod: `orders-${i + 1}` },
      ...over,
    }),
  );

test('too many for one message: those that are alike stand on one line, with what lists them', () => {
  const pool = storm(14, { name: 'PoolExhausted', severity: 'error' });
  const owned = storm(3, { name: 'HighLatency', severity: 'warning', ack: { by: ana, at: start } });
  const late = storm(4, {
    name: 'HighLatency',
    severity: 'warning',
    thread: { state: 'wanted', since: start, event: 'e' },
    startsAt: start + minute,
  });
  const alone = storm(2, { name: 'Odd "one"', severity: 'info' });
  expect(list([...alone, ...late, ...owned, ...pool])).toEqual([
    '*23 alerts firing*',
    '🔥 *14× PoolExhausted* · `orders` · error\nsince 2026-11-20 14:13 · nobody has them · `/alerts alertname=PoolExhausted service=orders`',
    '⚠️ *7× HighLatency* · `orders` · warning\nsince 2026-11-20 14:13 · nobody has 4 of them · 4 without a thread yet · `/alerts alertname=HighLatency service=orders`',
    'ℹ️ *<https://acme.slack.com/archives/C01ALERTS/p1795184022000100|Odd "one">* · `orders-1` · info\nsince 2026-11-20 14:13 · nobody has it · `Odd "one"0-1`',
    'ℹ️ *<https://acme.slack.com/archives/C01ALERTS/p1795184022000100|Odd "one">* · `orders-2` · info\nsince 2026-11-20 14:13 · nobody has it · `Odd "one"1-1`',
    footer,
  ]);
  const odd = list([...storm(5, { name: 'Odd "one"' }), ...pool, ...late], true);
  expect(odd[1]).toBe('🚨 *5× Odd "one"* · `orders` · critical\nsince 2026-11-20 14:13 · nobody has them');
  expect(odd.at(-1)).toBe(
    `More are on record: narrow it down, as with \`severity&gt;=error\` or \`service=…\`. ${footer}`,
  );
});

test('of alerts that began together, the tenth pod comes after the second', () => {
  const blocks = list(storm(12, { name: 'HighLatency' }).reverse());
  expect(blocks.join('\n').match(/orders-\d+/g)).toEqual(
    Array.from({ length: 12 }, (_, i) => `orders-${i + 1}`),
  );
});

test('what was not read whole is told with how many there are', () => {
  const alerts = Array.from({ length: 23 }, (_, i) => anAlert({ id: `id${String(i).padStart(6, '0')}-1` }));
  const first = (filters: string, total: number) =>
    readable(alertList({ alerts, more: true, total, filters, status: 'firing', waiting: [] }, ctx).blocks)[0];
  expect(first('', 1_234)).toBe('*The first 23 of 1,234 alerts firing*');
  expect(first('tier=gov', 1_234)).toBe('*23+ alerts firing for tier=gov, of 1,234 in all*');
});

test('an id that begins like another’s is given in full', () => {
  const blocks = list([anAlert({ id: 'aaaa1111-1' }), anAlert({ id: 'aaaa1111-2' })]);
  expect(blocks[1]).toContain('`aaaa1111-1`');
  expect(blocks[2]).toContain('`aaaa1111-2`');
});

test('nothing open is good news', () => {
  expect(list([])).toEqual(['✅ Nothing is firing.']);
  expect(list([], false, 'critical')).toEqual([
    'No firing alert fits `critical`.\n✅ Nothing is firing at all.',
  ]);
  expect(
    readable(
      alertList({ alerts: [], more: false, filters: '', status: 'resolved', waiting: [] }, ctx).blocks,
    ),
  ).toEqual(['No alert on record is resolved.']);
});

test('whatever is open, Slack takes the list and nothing in it is active', () => {
  fc.assert(
    fc.property(
      fc.array(hostileAlert, { maxLength: 30 }),
      fc.boolean(),
      hostileText,
      fc.array(fc.record({ channel: hostileText, count: fc.nat() })),
      (alerts, more, filters, waiting) => {
        const numbered = alerts.map((alert, i) => ({ ...alert, id: `689b5579${i}-1` }));
        const message = alertList({ alerts: numbered, more, filters, status: 'firing', waiting }, ctx);
        expect(problemsOf(message, ctx, ['acme.slack.com'])).toEqual([]);
      },
    ),
    { numRuns: 40 },
  );
});

test('a person’s note stands under its alert, short, in lines and in the table', () => {
  const text = `vendor on it, <case> 4711 ${'x'.repeat(200)}`;
  const alerts = [anAlert({ pinned: { text, by: ana, at: start } })];
  const message = alertList({ alerts, more: false, filters: '', status: 'firing', waiting: [] }, ctx);
  for (const blocks of [message.blocks, message.rich ?? []]) {
    const shown = JSON.stringify(blocks);
    expect(shown).toContain('📌 vendor on it');
    expect(shown).not.toContain('x'.repeat(80));
  }
});
