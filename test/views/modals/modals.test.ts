import fc from 'fast-check';
import { expect, test } from 'vitest';
import { detailsModal } from '../../../views/modals/details.ts';
import { loadingModal, noticeModal } from '../../../views/modals/notice.ts';
import { silenceModal } from '../../../views/modals/silence.ts';
import { anAlert, start, viewContext } from '../support/builders.ts';
import { hostileAlert, hostileTrail } from '../support/hostile.ts';
import { readable } from '../support/read.ts';
import { problemsOf } from '../support/slack-rules.ts';

const ctx = viewContext();
const where = { alert: '689b55798b76c552-mi80s0g0', channel: 'C01ALERTS', thread: '1795184022.000100' };

test('silence: how long, why, and exactly what it will match', () => {
  const modal = silenceModal(anAlert(), where);
  expect(readable(modal.blocks)).toEqual([
    '🔕 *HighErrorRate* · `checkout-5c9f-1`\n5xx ratio 12% for 5 minutes',
    'How long: ____',
    'Or exactly: ____',
    'Why: ____',
    'Silences in Alertmanager exactly this: `alertname="HighErrorRate"` `cluster="eu-1"` `namespace="prod"` `pod="checkout-5c9f-1"` `service="checkout"` `severity="critical"`',
  ]);
  expect(JSON.parse(modal.private_metadata ?? '')).toEqual(where);
});

test('details: labels, annotations and the trail; unknown hosts are text', () => {
  const trail = {
    alert: anAlert({
      annotations: {
        description: 'two\nlines',
        dash: 'https://evil.example/x',
        runbook: 'https://runbooks.example/a',
      },
    }),
    explanation: { route: 'payments', tried: [] },
    journal: [{ at: start, who: 'farmhand', what: 'opened' }],
  };
  const blocks = readable(detailsModal(trail, ctx).blocks);
  expect(blocks.slice(0, 3)).toEqual([
    '🚨 *Firing* · critical · *HighErrorRate* · `checkout-5c9f-1`\n5xx ratio 12% for 5 minutes',
    '*Labels (6)*\nalertname  `HighErrorRate`\ncluster  `eu-1`\nnamespace  `prod`\npod  `checkout-5c9f-1`\nservice  `checkout`\nseverity  `critical`',
    '*Annotations (3)*\ndescription:  two\nlines\ndash:  https://evil.example/x\nrunbook:  <https://runbooks.example/a|https://runbooks.example/a>',
  ]);
  expect(blocks.at(-1)).toBe(
    'Alert `689b55798b76c552-mi80s0g0` · alertmanager from alertmanager.example:9093 · tier prod',
  );
});

test('very many labels are cut, and counted', () => {
  const labels = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`label_${i}`, 'v'.repeat(40)]));
  const trail = { alert: anAlert({ labels }), explanation: { route: 'r', tried: [] }, journal: [] };
  const text = readable(detailsModal(trail, ctx).blocks).join('\n');
  expect(text).toContain('*Labels (400)*');
  expect(text).toMatch(/… and \d+ more/);
});

test('whatever an alert says, Slack takes the modals and nothing in them is active', () => {
  fc.assert(
    fc.property(hostileAlert, hostileTrail, (alert, trail) => {
      expect(problemsOf(silenceModal(alert, where), ctx)).toEqual([]);
      expect(problemsOf(detailsModal({ alert, ...trail }, ctx), ctx, ['acme.slack.com'])).toEqual([]);
    }),
    { numRuns: 60 },
  );
  expect(problemsOf(loadingModal('Alert details'), ctx)).toEqual([]);
  expect(problemsOf(noticeModal('x'.repeat(40), 'y'), ctx)).toEqual([]);
});
