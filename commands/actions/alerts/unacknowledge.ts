import type { CommandDeps } from '../../deps.ts';
import { type ButtonListener, onAlert } from './on-alert.ts';

export const unacknowledge = (deps: CommandDeps): ButtonListener => onAlert(deps, { verb: 'unacknowledge' });
