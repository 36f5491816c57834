import type { Person } from '../../core/person.ts';
import type { Alert, AlertId } from '../model/alert.ts';
/** What people can ask of alerts, over Slack or the API. Implemented once, in `alert-service.ts`. */

/** How a command ended. Every refusal says what happened, what was not changed, and what to do next. */
export type CommandOutcome =
  /** `changed` is false when it was already so, by the same person. */
  | { readonly ok: true; readonly changed: boolean; readonly alert: Alert }
  | { readonly ok: false; readonly code: RefusalCode; readonly message: string; readonly alert?: Alert };

export type RefusalCode =
  | 'not_found'
  /** Somebody else was first; the message says who and when. */
  | 'already_done'
  | 'not_firing'
  | 'not_configured'
  /** No role of this person allows it. */
  | 'not_allowed'
  | 'invalid'
  /** The store did not answer within its deadline: nothing was changed. */
  | 'unavailable';

export interface AlertCommands {
  acknowledge(id: AlertId, by: Person): Promise<CommandOutcome>;
  unacknowledge(id: AlertId, by: Person): Promise<CommandOutcome>;
  silence(id: AlertId, by: Person, ask: { durationMs: number; reason: string }): Promise<CommandOutcome>;
  raiseTicket(id: AlertId, by: Person): Promise<CommandOutcome>;
}
