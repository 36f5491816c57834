import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ActionState, Alert } from '../../../../src/alerts/model/alert.ts';
import { rootFacts } from '../../../../src/alerts/thread/root-facts.ts';
import { alertRoot, alertStatus, alertTitle } from '../../../../views/messages/alerts/alert-root.ts';
import { anAlert, ana, ben, minute, someFacts, start, viewContext } from '../../support/builders.ts';
import { hostileFacts } from '../../support/hostile.ts';
import { readable } from '../../support/read.ts';
import { problemsOf } from '../../support/slack-rules.ts';

const ctx = viewContext();
const hour = 60 * minute;
const show = (over: Partial<Alert> = {}): string[] =>
  readable(alertRoot(rootFacts(anAlert(over)), ctx).blocks);

const links =
  '<https://runbooks.example/HighErrorRate|Runbook> · <https://eu.grafana.example/d/checkout?orgId=1&amp;from=now-1h|Dashboard>';
const place = 'service checkout · cluster eu-1 · namespace prod · tier prod';

const action = (over: Partial<ActionState>): ActionState => ({
  key: 'ticket',
  kind: 'ticket',
  state: 'done',
  attempts: 1,
  nextAt: start,
  spec: { kind: 'ticket' },
  at: start,
  ...over,
});

describe('a root message tells the present state', () => {
  test('firing', () => {
    expect(show()).toEqual([
      '🚨 *Firing* · critical · *HighErrorRate* · `checkout-5c9f-1`\n5xx ratio 12% for 5 minutes',
      `${place}\nSince 2026-11-20 14:13 · Nobody has it yet\n${links}`,
      '[Acknowledge] [Silence…] [Raise ticket] [Details…]',
    ]);
  });

  test.each([
    [undefined, 'https://runbooks.example/own', '<https://runbooks.example/own|Runbook>'],
    ['https://ours/route', undefined, '<https://ours/route|Runbook>'],
    // The config is trusted, an alert is not.
    ['https://ours/route', 'https://elsewhere.test/own', '<https://ours/route|Runbook>'],
    [
      'https://runbooks.example/own',
      'https://runbooks.example/own',
      '<https://runbooks.example/own|Runbook>',
    ],
    [
      'https://ours/route',
      'https://runbooks.example/own',
      '<https://runbooks.example/own|Runbook> · <https://ours/route|Runbook of the route>',
    ],
  ])('its runbook: of its route %s, of its own %s', (route, own, linked) => {
    const more = { ...(route !== undefined && { routeRunbook: route }) };
    expect(show({ ...more, links: own === undefined ? {} : { runbook: own } })[1]).toBe(
      `${place}\nSince 2026-11-20 14:13 · Nobody has it yet\n${linked}`,
    );
  });

  test('acknowledged: who has it', () => {
    expect(show({ ack: { by: ana, at: start + minute } })).toEqual([
      '👀 *Acknowledged* · critical · *HighErrorRate* · `checkout-5c9f-1`\n5xx ratio 12% for 5 minutes',
      `${place}\nSince 2026-11-20 14:13 · <@U01ANA> has it since 14:14\n${links}`,
      '[Unacknowledge] [Silence…] [Raise ticket] [Details…]',
    ]);
  });

  test('with the note that somebody put on it: who and when, inert', () => {
    const pinned = { text: '<!here> *case 4711*', by: ben, at: start + minute };
    expect(show({ pinned })[1]?.split('\n')[2]).toBe(
      '📌 &lt;!here&gt; ∗case 4711∗ – <@U02BEN>, 2026-11-20 14:14',
    );
    const { blocks } = alertStatus(rootFacts(anAlert({ pinned })), ctx);
    expect(readable(blocks).join()).toContain('📌');
  });

  test('silenced: until when, by whom, why', () => {
    expect(show({ silence: { by: ben, until: start + 2 * hour, reason: 'node is being replaced' } })).toEqual(
      [
        '🔕 *Silenced* · critical · *HighErrorRate* · `checkout-5c9f-1`\n5xx ratio 12% for 5 minutes',
        `${place}\nSince 2026-11-20 14:13 · Nobody has it yet\n🔕 Silenced until 2026-11-20 16:13 by <@U02BEN>: node is being replaced\n${links}`,
        '[Acknowledge] [Raise ticket] [Details…]',
      ],
    );
  });

  test('resolved: nothing left to press but the ticket and the details', () => {
    expect(
      show({ status: 'resolved', endsAt: start + 17 * minute, ack: { by: ana, at: start + minute } }),
    ).toEqual([
      '✅ *Resolved* · critical · *HighErrorRate* · `checkout-5c9f-1`\n5xx ratio 12% for 5 minutes',
      `${place}\nFired 2026-11-20 14:13, resolved 2026-11-20 14:30 after 17m · <@U01ANA> had it\n${links}`,
      '[Raise ticket] [Details…]',
    ]);
  });

  test('fired again, with ticket, a failure and an earlier thread', () => {
    const alert = {
      fired: 3,
      startsAt: start + 4 * minute,
      severity: 'warning',
      previous: { id: '689b55798b76c552-aaaa', channel: 'C01ALERTS', ts: '1795180000.000100' },
      actions: [
        action({ outcome: { id: 'OPS-12', url: 'https://jira.example/browse/OPS-12' } }),
        action({ key: 'api_task', state: 'failed', error: 'the SRE API answered 503' }),
      ],
    } as const;
    expect(show(alert)).toEqual([
      '⚠️ *Firing* · warning · *HighErrorRate* · `checkout-5c9f-1`\n5xx ratio 12% for 5 minutes',
      `${place}\nFired 3× since 2026-11-20 14:13, last 2026-11-20 14:17 · Nobody has it yet · 🎫 <https://jira.example/browse/OPS-12|OPS-12>\n${links} · <https://acme.slack.com/archives/C01ALERTS/p1795180000000100|Earlier thread>`,
      '⚠️ Given up – api_task: the SRE API answered 503',
      '[Acknowledge] [Silence…] [Open OPS-12] [Details…]',
    ]);
  });
});

test('says until when nobody is mentioned', () => {
  const facts = someFacts({ quiet: { name: 'nights', until: start + 120 * minute } });
  const text = JSON.stringify(alertRoot(facts, viewContext()).blocks);
  expect(text).toContain('Nobody has it yet, and nobody is mentioned before');
  expect(text).toContain('🌙 (nights)');
});

test('the notification says the same in one line', () => {
  expect(alertRoot(someFacts(), ctx).text).toBe(
    '🚨 Firing, critical: HighErrorRate on checkout-5c9f-1 – 5xx ratio 12% for 5 minutes',
  );
  expect(alertTitle({ name: 'Deploy', subject: [] })).toBe('Deploy');
});

test('a silence that is over no longer makes it silenced', () => {
  const over = { by: ben, until: start, reason: 'x' };
  expect(show({ silence: over })[0]).toContain('*Firing*');
});

test('a possible duplicate says which thread to use', () => {
  const blocks = readable(alertRoot(someFacts({ possibleDuplicate: true }), ctx).blocks);
  expect(blocks[2]).toBe(
    '⚠️ Slack never said whether an earlier post arrived. If there are two threads, use this one: it is kept up to date.',
  );
});

test('buttons for what is not configured are not shown', () => {
  const blocks = alertRoot(someFacts(), viewContext({ can: { ticket: false, silence: false } })).blocks;
  expect(readable(blocks).at(-1)).toBe('[Acknowledge] [Details…]');
});

test('an alert of a known instance offers a rebuild; during one, its orders', () => {
  const facts = someFacts({ instance: 'system6' });
  expect(readable(alertRoot(facts, ctx).blocks).at(-1)).toBe('[Start rebuild…]');
  const rebuild = { id: 'system6-20261120-1', channel: 'C0DCR', ts: '1763607600.000100' };
  expect(readable(alertRoot({ ...facts, rebuild }, ctx).blocks).slice(-2)).toEqual([
    '🚜 During rebuild <https://acme.slack.com/archives/C0DCR/p1763607600000100|system6-20261120-1>',
    '[Scale…] [Pause…] [Status]',
  ]);
});

test('links to other hosts are not shown, and the earlier alert is named where it cannot be linked', () => {
  const facts = someFacts({
    links: { runbook: 'https://evil.example/' },
    previous: { id: '689b55798b76c552-aaaa' },
  });
  expect(readable(alertRoot(facts, ctx).blocks)[1]).toMatch(/\nEarlier alert `689b55798b76c552-aaaa`$/);
});

test('the first block carries the alert’s key, buttons nothing but its id', () => {
  const { blocks } = alertRoot(someFacts(), ctx);
  expect(blocks[0]?.block_id).toBe('alert:689b55798b76c552-mi80s0g0');
  const values = JSON.stringify(blocks).match(/"value":"[^"]*"/g);
  expect(new Set(values)).toEqual(new Set(['"value":"689b55798b76c552-mi80s0g0"']));
});

test('an answer to `status` looks the same, without key and buttons', () => {
  const root = alertRoot(someFacts(), ctx);
  const status = alertStatus(someFacts(), ctx);
  expect(readable(status.blocks)).toEqual(readable(root.blocks).slice(0, -1));
  expect(JSON.stringify(status.blocks)).not.toContain('block_id');
});

test('whatever an alert says, Slack takes the message and nothing in it is active', () => {
  fc.assert(
    fc.property(hostileFacts, (facts) => {
      const trusted =
        facts.ticket?.url !== undefined && URL.canParse(facts.ticket.url)
          ? [new URL(facts.ticket.url).hostname]
          : [];
      const safe = { ...facts, id: '689b55798b76c552-mi80s0g0' };
      const message = alertRoot(safe, ctx);
      expect(problemsOf(message, ctx, ['acme.slack.com', ...trusted])).toEqual([]);
      expect(message.blocks.length).toBeLessThanOrEqual(4);
    }),
  );
});
