import { findAlertmanager, startRealAlertmanager } from '../../sandbox/alertmanager/real.ts';
import { silencesConform } from './alertmanager.ts';

silencesConform(async () => {
  const binary = await findAlertmanager(process.env['PATH'] ?? '');
  if (binary === undefined) throw new Error('Alertmanager is not installed: npm run setup -- alertmanager');
  return startRealAlertmanager({ binary });
});
