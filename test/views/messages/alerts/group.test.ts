import { describe, expect, test } from 'vitest';
import { pageFacts } from '../../../../src/alerts/groups/pages.ts';
import type { Alert } from '../../../../src/alerts/model/alert.ts';
import type { Group, MemberRow } from '../../../../src/alerts/model/group.ts';
import { rootFacts } from '../../../../src/alerts/thread/root-facts.ts';
import { alertRoot } from '../../../../views/messages/alerts/alert-root.ts';
import { groupMembers } from '../../../../views/messages/alerts/group-members.ts';
import { aRow } from '../../../builders/group.ts';
import { anAlert, ana, minute, start, viewContext } from '../../support/builders.ts';
import { readable } from '../../support/read.ts';
import { problemsOf } from '../../support/slack-rules.ts';

const ctx = viewContext();
const row = (n: number, over: Partial<MemberRow> = {}): MemberRow =>
  aRow(n, { startsAt: start, joined: start, ...over });

const aGroup = (over: Partial<Group> = {}, more: Partial<Alert> = {}): Alert => {
  const by = { alertname: 'Down', service: 'checkout', zone: 'eu-1' };
  const group: Group = {
    ...{ home: 'C01ALERTS', by, firing: 400, resolved: 12, acknowledged: 0, fresh: 0 },
    ...{ severities: { critical: 380, warning: 20 }, rows: [row(1), row(2)], pages: [], ...over },
  };
  return anAlert({ name: 'Down', tier: 'default', labels: by, links: {}, annotations: {}, group, ...more });
};
const show = (alert: Alert): string[] => readable(alertRoot(rootFacts(alert), ctx).blocks);

describe('the root of a group', () => {
  test('says how many, the worst first', () => {
    expect(show(aGroup())).toEqual([
      '🚨 *Firing* · critical · *Down* · `checkout`\n*400 firing*: 🚨 380 critical, ⚠️ 20 warning · 12 resolved',
      'zone eu-1\nSince 2026-11-20 14:13 · Nobody has it yet',
      '[Acknowledge all] [Silence all…] [Raise ticket] [Details…]',
    ]);
  });

  test('of one alert says which', () => {
    const [headline, , buttons] = show(aGroup({ firing: 1, resolved: 0, rows: [row(1)] }));
    expect([headline, buttons]).toEqual([
      '🚨 *Firing* · critical · *Down* · `checkout`\nOne alert so far: node-1',
      '[Acknowledge] [Silence…] [Raise ticket] [Details…]',
    ]);
  });

  test('says who has it, and what is new since', () => {
    const ack = { by: ana, at: start + minute };
    expect(show(aGroup({ acknowledged: 400 }, { ack }))).toEqual([
      '👀 *Acknowledged* · critical · *Down* · `checkout`\n*400 firing*: 🚨 380 critical, ⚠️ 20 warning · 12 resolved',
      'zone eu-1\nSince 2026-11-20 14:13 · <@U01ANA> has it since 14:14',
      '[Unacknowledge] [Silence all…] [Raise ticket] [Details…]',
    ]);
    const [headline, context, buttons] = show(aGroup({ acknowledged: 397, fresh: 3 }, { ack }));
    expect(headline).toContain('🚨 *Firing*');
    expect(context).toContain('<@U01ANA> has it since 14:14, and nobody has the *3 new since*');
    expect(buttons).toBe('[Acknowledge 3 new] [Unacknowledge] [Silence all…] [Raise ticket] [Details…]');
  });

  test('says how many were taken one by one', () => {
    expect(show(aGroup({ acknowledged: 7 }))[1]).toContain('7 of 400 acknowledged');
  });

  test('that is over', () => {
    const over = aGroup({ firing: 0, resolved: 412 }, { status: 'resolved', endsAt: start + 17 * minute });
    expect(show(over)).toEqual([
      '✅ *Resolved* · critical · *Down* · `checkout`\nAll 412 alerts resolved',
      'zone eu-1\nFired 2026-11-20 14:13, resolved 2026-11-20 14:30 after 17m',
      '[Raise ticket] [Details…]',
    ]);
  });

  test('one that was taken out of its group says so', () => {
    const memberOf = { group: 'aaaaaaaaaaaaaaaa', at: start, channel: 'C01ALERTS', by: {} };
    expect(show(anAlert({ memberOf }))[1]).toContain('taken out of a group');
  });
});

describe('members of a group', () => {
  const page = (rows: readonly MemberRow[], over: Partial<Group> = {}, n = 0) =>
    groupMembers(pageFacts(aGroup({ rows, ...over }), n), ctx);

  test('one a line', () => {
    const own = { channel: 'C01ALERTS', ts: '1795184022.000200' };
    const rows = [
      row(1),
      row(2, { severity: 'warning', ack: { by: ana, at: start } }),
      row(3, { own }),
      row(4, { status: 'resolved', endsAt: start + 4 * minute }),
    ];
    const { text, blocks } = page(rows);
    expect(text).toBe('What is in this group, the worst first');
    expect(readable(blocks)[0]?.split('\n')).toEqual([
      '*What is in this group, the worst first*',
      '🚨 node-1 · since 2026-11-20 14:13',
      '👀 node-2 · since 2026-11-20 14:13 · *ana*',
      '🚨 node-3 · since 2026-11-20 14:13 · <https://acme.slack.com/archives/C01ALERTS/p1795184022000200|own thread>',
      '✅ node-4 · resolved after 4m',
    ]);
    const [choice] = blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));
    const options = choice?.type === 'static_select' ? (choice.options ?? []) : [];
    expect(options.map(({ text, value }) => [text.text, value])).toEqual([
      ['node-1', row(1).id],
      ['node-2', row(2).id],
    ]);
  });

  test('with their names where those differ', () => {
    expect(readable(page([row(1), row(2, { name: 'Slow' })]).blocks)[0]).toContain('Slow · node-2');
  });

  test('the last page says how many are not shown', () => {
    const rows = Array.from({ length: 100 }, (_, n) => row(n));
    const { text, blocks } = page(rows, { firing: 388 }, 3);
    expect(text).toBe('76 to 100');
    expect(readable(blocks).join('\n')).toContain('… and 300 more');
  });

  test('whatever they are called, Slack takes them', () => {
    const hostile = '<!channel> *`_~&'.repeat(40);
    const rows = Array.from({ length: 25 }, (_, n) =>
      row(n, { name: `${hostile}${n}`, about: hostile, ack: { by: { id: 'x', name: hostile }, at: start } }),
    );
    expect(problemsOf(page(rows), ctx)).toEqual([]);
    expect(problemsOf(page([]), ctx)).toEqual([]);
    expect(problemsOf(alertRoot(rootFacts(aGroup({ by: { [hostile]: hostile }, rows })), ctx), ctx)).toEqual(
      [],
    );
  });
});
