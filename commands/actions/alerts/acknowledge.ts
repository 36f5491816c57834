import type { CommandDeps } from '../../deps.ts';
import { type ButtonListener, onAlert } from './on-alert.ts';

export const acknowledge = (deps: CommandDeps): ButtonListener => onAlert(deps, { verb: 'acknowledge' });
