import type { Person } from '../../core/person.ts';
import type { Alert, AlertId } from './alert.ts';

/** What a person asks of an alert: one type from the button, form or word to the record. */
export type AlertCommand =
  | { readonly verb: 'unacknowledge' | 'ticket' }
  /** `firedBy`: of a list, whoever asked has seen what had fired by then, and nothing later; ms. */
  | { readonly verb: 'acknowledge'; readonly firedBy?: number }
  /** Gives it to somebody, whoever has it now. */
  | { readonly verb: 'assign'; readonly to: Person }
  /** Stays on the root message, in place of the one before; plain text. */
  | { readonly verb: 'note'; readonly text: string }
  | { readonly verb: 'clear_note' }
  /** A member of a group gets a thread of its own. */
  | { readonly verb: 'take_out' }
  /** `reason` is plain text. */
  | {
      readonly verb: 'silence';
      readonly durationMs: number;
      readonly reason: string;
      /** Of a group: the labels that it is silenced by, as the person was shown them. */
      readonly labels?: readonly string[];
    };

/** Of a group: what would be silenced, before anything is. */
export type SilenceScope =
  | {
      readonly ok: true;
      readonly labels: readonly string[];
      readonly parts: readonly SilenceScopePart[];
      /** Members that fire and that no silence reaches. */
      readonly unreached: number;
    }
  | AlertRefused;

/** In one Alertmanager. */
export interface SilenceScopePart {
  /** As the config names it. */
  readonly alertmanager: string;
  readonly cluster?: string;
  readonly matchers: Readonly<Record<string, string>>;
  readonly members: number;
  /** What fires there and would be silenced besides; `names`: the most frequent. */
  readonly others:
    | { readonly ok: true; readonly count: number; readonly names: readonly string[] }
    | { readonly ok: false; readonly error: string };
}

/** Why nothing was changed, with the facts of it. Its words are in `views/messages/alerts/command-answer.ts`. */
export type AlertRefusal =
  | { readonly code: 'not_found' | 'not_acknowledged' | 'resolved' }
  /** Of a list: it fired after the list was shown. */
  | { readonly code: 'fired_since' }
  /** Of a thread of its own: it has one, or waits for it; it is in no group. */
  | { readonly code: 'own_thread' | 'not_grouped' }
  /**
   * Of a group: it is silenced by its button, which shows first what else that silences; nothing of it fires; no
   * Alertmanager that is configured sent what fires; its members share no label; they share others than were shown.
   */
  | { readonly code: 'silence_group' | 'silence_over' | 'silence_nowhere' | 'silence_no_labels' }
  | { readonly code: 'silence_changed' }
  /** Of a silence: shorter than a minute or longer than 30 days; without a reason; of what no Alertmanager sent. */
  | { readonly code: 'silence_length' | 'silence_reason' | 'not_alertmanager' }
  /** Of a note: empty, or longer than `longestNote`; there is none. */
  | { readonly code: 'note_length' | 'no_note' }
  /** It waits or is under way already. */
  | { readonly code: 'silence_pending' | 'ticket_pending' }
  /** Somebody else was first. */
  | { readonly code: 'acknowledged'; readonly by: Person; readonly at: number }
  | { readonly code: 'silenced'; readonly by: Person; readonly until: number }
  /** `by` is absent where the route asked for it. */
  | { readonly code: 'ticket_there'; readonly id?: string; readonly by?: Person }
  /** Nothing is behind the verb here. */
  | { readonly code: 'not_configured'; readonly verb: 'silence' | 'ticket' }
  /** No role of this person allows it; `says` is a whole sentence. */
  | { readonly code: 'not_allowed'; readonly says: string };

export type AlertOutcome =
  /** `changed` is false when it was already so, by the same person. */
  { readonly ok: true; readonly changed: boolean; readonly alert: Alert } | AlertRefused;

export type AlertRefused = { readonly ok: false } & AlertRefusal;

export interface AlertService {
  /**
   * Puts the command on record; the controllers do the rest.
   * @throws StoreUnavailable; then nothing was changed. UnreadableRecord
   */
  apply(id: AlertId, command: AlertCommand, by: Person): Promise<AlertOutcome>;
  /** What a silence of this group would silence; asks Alertmanager. @throws StoreUnavailable */
  silenceScope(id: AlertId): Promise<SilenceScope>;
}
