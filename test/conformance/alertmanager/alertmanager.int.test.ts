import { startSimulatedAlertmanager } from '../../../sandbox/alertmanager/simulated.ts';
import { silencesConform } from './alertmanager.ts';
import { looksConform } from './alertmanager-looks.ts';

silencesConform(() => startSimulatedAlertmanager());
looksConform(() => startSimulatedAlertmanager());
