import { describe, expect, test } from 'vitest';
import { findAlertmanager, startRealAlertmanager } from '../../sandbox/alertmanager/real.ts';
import { startSimulatedAlertmanager } from '../../sandbox/alertmanager/simulated.ts';
import { silencesConform } from './alertmanager.ts';

const binary = await findAlertmanager(process.env['PATH'] ?? '');

describe('the simulator', () => silencesConform(() => startSimulatedAlertmanager()));

if (binary !== undefined) {
  describe('the real Alertmanager', () => silencesConform(() => startRealAlertmanager({ binary })));
} else {
  console.warn('No Alertmanager is installed: the conformance suite met the simulator only.');
  test('in CI the real Alertmanager must be met', () => {
    expect(process.env['CI'] ?? '').toBe('');
  });
}
