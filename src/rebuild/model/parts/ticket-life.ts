import type { TicketMove } from '../../../core/tickets/ticket-move.ts';

/** What a ticket goes through while its rebuild runs, and what people do to it. */

/** What a rebuild is, as far as its ticket follows it. `held`: paused, or it waits for a person. */
export const ticketStates = [
  'waiting_for_approval',
  'running',
  'held',
  'succeeded',
  'failed',
  'cancelled',
] as const;
export type TicketState = (typeof ticketStates)[number];

export type TicketMoves = { readonly [State in TicketState]?: TicketMove | undefined };

/** From the config. */
export interface TicketPolicy {
  readonly moves: TicketMoves;
  /** A person closed it before its rebuild was over; `hold`: nothing more is changed until it is open again. */
  readonly closed: 'tell' | 'hold';
  readonly deleted: 'tell' | 'hold' | 'raise_again';
  /** A person moved it elsewhere; `leave`: farmhand moves it no more. */
  readonly moved: 'leave' | 'follow';
  /** Jira does not answer; `hold`: nothing more is changed while something is to be written. */
  readonly unreachable: 'queue' | 'hold';
  /** It is looked at this often; ms. */
  readonly lookEvery: number;
}

/** A ticket as Jira shows it. */
export interface TicketSeen {
  /** Its status by name. */
  readonly status: string;
  /** The status counts as done. */
  readonly done: boolean;
  /** Who gave it that status, where it was not farmhand. Absent: farmhand, or it never had another. */
  readonly movedBy?: string;
  /** What of it is watched beside its description, by field. */
  readonly watched: Readonly<Record<string, string>>;
  /** What others changed since the look before, its status left out. */
  readonly edits: readonly { readonly by: string; readonly fields: readonly string[] }[];
}

/** Nothing more is changed for the rebuild until a person decides: its ticket is not what it was. */
export interface TicketHold {
  readonly why: 'closed' | 'deleted';
  readonly since: number;
  readonly by?: string;
}
