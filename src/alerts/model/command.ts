import type { Person } from '../../core/person.ts';
import type { ActionList, Alert, AlertId, SilenceTarget } from './alert.ts';

/** What a person asks of an alert: one type from the button, form or word to the record. */
export type AlertCommand =
  | { readonly verb: 'unacknowledge' }
  /** `list`: one for all of these. */
  | { readonly verb: 'ticket'; readonly list?: ActionList }
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
      /** Of a list: one in this Alertmanager, for all of these. */
      readonly list?: ActionList;
      readonly target?: SilenceTarget;
    };

/** A list of alerts that a person sees, and asks one thing for. */
export interface AlertList {
  /** Which list it is, in the words that it was asked for with; plain text. */
  readonly of: string;
  /** Those that had fired when it was shown, the most urgent first. */
  readonly alerts: readonly Alert[];
  /** The groups that stand for some of them: their threads tell of these. */
  readonly groups: readonly Alert[];
  /** Labels that the list was asked for by, with one value each. */
  readonly named: readonly string[];
  /** The record that the effect goes by, as it was chosen when the person was asked. */
  readonly first?: AlertId;
}

/** What can be asked for a whole list: one effect for all of it. `labels`: those that the person was shown. */
export type ListCommand =
  | { readonly verb: 'ticket' }
  | (Pick<Extract<AlertCommand, { verb: 'silence' }>, 'verb' | 'durationMs' | 'reason'> & {
      readonly labels: readonly string[];
    });

/** `count`: alerts and groups that it is for. */
export type ListOutcome =
  | {
      readonly ok: true;
      readonly changed: boolean;
      readonly count: number;
      /** Those that have one already, or are getting one, and are left as they are. */
      readonly had: number;
      /** Tickets that some of them have. */
      readonly tickets: readonly string[];
    }
  | AlertRefused;

/** Of a group or a list: what would be silenced, before anything is. */
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
  /** Of a list: no few labels say it; nothing of it is left to be silenced, or to raise a ticket for. */
  | { readonly code: 'silence_list_labels' | 'list_over' }
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
  /** What one silence of this list would silence; asks Alertmanager. @throws StoreUnavailable */
  silenceScopeOf(list: AlertList): Promise<SilenceScope>;
  /**
   * Puts one effect for the whole list on record, with one of its alerts; the controllers do the rest.
   * @throws StoreUnavailable; then nothing was changed, or some of its Alertmanagers are asked
   */
  applyToAll(list: AlertList, command: ListCommand, by: Person): Promise<ListOutcome>;
}
