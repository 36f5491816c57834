import { startSimulatedAlertmanager } from '../../sandbox/alertmanager/simulated.ts';
import { silencesConform } from './alertmanager.ts';

silencesConform(() => startSimulatedAlertmanager());
