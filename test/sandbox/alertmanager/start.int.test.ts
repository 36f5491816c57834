import { expect, test } from 'vitest';
import { startAlertmanager } from '../../../sandbox/alertmanager/start.ts';

test('where no Alertmanager is installed, the simulator stands in and says so', async () => {
  await using alertmanager = await startAlertmanager({ searchPath: '' });
  expect(alertmanager.kind).toBe('simulated');
  expect((await fetch(`${alertmanager.url}/-/ready`)).status).toBe(200);
});
