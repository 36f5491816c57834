import type { CommandDeps } from '../../deps.ts';
import { type ButtonListener, onAlert } from './on-alert.ts';

export const raiseTicket = (deps: CommandDeps): ButtonListener => onAlert(deps, { verb: 'ticket' });
