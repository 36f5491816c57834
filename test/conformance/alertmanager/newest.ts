import { join } from 'node:path';
import { partDir } from '../../../scripts/setup/machine.ts';

/** The newest Alertmanager that farmhand is held to; Debian has an older one. */
export const newestAlertmanager = (): string => join(partDir('new-alertmanager'), 'alertmanager-0.35');
