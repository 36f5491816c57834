import { describe } from 'vitest';
import { startRealAlertmanager } from '../../../sandbox/alertmanager/real.ts';
import { silencesConform } from './alertmanager.ts';
import { looksConform } from './alertmanager-looks.ts';
import { newestAlertmanager } from './newest.ts';

describe('Alertmanager 0.35', { tags: ['long'] }, () => {
  const start = () => startRealAlertmanager({ binary: newestAlertmanager() });
  silencesConform(start);
  looksConform(start);
});
