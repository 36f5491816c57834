import { expect, test } from 'vitest';
import { findAlertmanager, startRealAlertmanager } from '../../../sandbox/alertmanager/real.ts';
import { startSimulator } from '../../../sandbox/simulator/server.ts';
import { createSilences } from '../../../src/integrations/alertmanager/silences.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { silenceRequest } from '../../conformance/alertmanager/alertmanager.ts';

test('a real Alertmanager sends its alerts to the webhook, and holds back those that farmhand silenced', async () => {
  const binary = await findAlertmanager(process.env['PATH'] ?? '');
  if (binary === undefined) throw new Error('Alertmanager is not installed: npm run setup -- alertmanager');
  await using receiver = await startSimulator({ handler: () => ({ status: 200 }) });
  await using alertmanager = await startRealAlertmanager({
    binary,
    webhook: { url: `${receiver.url}/v1/events`, bearerToken: 'events-token' },
  });
  await using http = openHttp();
  const port = createSilences([{ name: 'main', url: alertmanager.url }], { httpFor: () => http });
  const silenced = { alertname: 'Silenced', service: 'payments' };
  expect((await port.silence(silenceRequest({ labels: silenced }))).ok).toBe(true);

  await fetch(`${alertmanager.url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ labels: silenced }, { labels: { alertname: 'Loud' } }]),
  });
  await expect.poll(() => receiver.control.requests(), { timeout: 10_000 }).toHaveLength(1);
  const [sent] = receiver.control.requests();
  expect([sent?.method, sent?.path, sent?.headers['authorization']]).toEqual([
    'POST',
    '/v1/events',
    'Bearer events-token',
  ]);
  expect(sent?.body).toContain('"alertname":"Loud"');
  expect(sent?.body).not.toContain('Silenced');
}, 20_000);
