/** Where a rebuild is told: its thread, its ticket, its chart, its alerts; and what is still to be said there. */
import type { AlertId } from '../../../alerts/model/alert.ts';
import type { Person } from '../../../core/person.ts';
import type { MessageState } from '../../../delivery/message.ts';
import type { TicketHold, TicketPolicy, TicketSeen, TicketState } from './ticket-life.ts';

/** A moment worth a line in the chart. */
export interface ChartMark {
  readonly at: number;
  readonly kind: 'step' | 'scale' | 'pause' | 'resume' | 'override' | 'error' | 'drift' | 'end';
  readonly says: string;
}

export interface LinkedAlert {
  readonly id: AlertId;
  readonly name: string;
  readonly at: number;
}

/** The Jira ticket and what is still to be written into it. */
export interface Ticket {
  readonly state: 'none' | 'wanted' | 'open' | 'failed';
  readonly key?: string;
  readonly url?: string;
  /** Oldest first; written one by one, each once. */
  readonly entries: readonly TicketEntry[];
  /** Number of the last entry handed out. */
  readonly count: number;
  readonly attempts: number;
  readonly retryAt?: number;
  readonly error?: string;
  /** An entry (or the ticket itself) that is perhaps written: look before writing it again. */
  readonly doubt?: { readonly n: number; readonly since: number; readonly claim: string };
  /** What the evidence table in its description lists, oldest first. Absent: from a version that had no such table. */
  readonly rows?: readonly EvidenceRow[];
  /** How many older ones had to give way. */
  readonly rowsCut?: number;
  /** Absent: not looked at so far. */
  readonly description?: TicketDescription;
  /** What its rule said when it was last written or looked at. Absent: it is neither moved nor looked at. */
  readonly rule?: TicketPolicy;
  /** As Jira showed it last, and when it is to be looked at again; ms. */
  readonly seen?: TicketSeen;
  readonly lookAt?: number;
  /** This entry was refused: whether the ticket is still there is looked at before it is tried once more. */
  readonly checked?: number;
  /** Looks and moves that failed in a row. */
  readonly lookTries?: number;
  readonly moveTries?: number;
  /** What the rebuild was when its status last followed it. */
  readonly follows?: TicketState;
  /** This person gave it its status, and farmhand leaves it there. */
  readonly left?: string;
  readonly hold?: TicketHold;
  /** Keys of those that were deleted. */
  readonly gone?: readonly string[];
  /** How far the audit was, at most one of each moment: kept outside Redis, it shows a chain that was cut or written again. */
  readonly checkpoints?: readonly TicketCheckpoint[];
}

export interface TicketCheckpoint {
  readonly of: 'start' | 'approval' | 'end';
  /** Number and hash of the audit's last record then. */
  readonly seq: number;
  readonly hash: string;
}

/** farmhand's part of the ticket's description: it is kept up to date, and what people write beside it stays. */
export interface TicketDescription {
  /**
   * `new`: perhaps it is not there yet. `placed`: it is. `gone`: a person changed or removed it, and it is written once
   * more, `again`. `left`: that one was changed or removed as well, and nothing more is written.
   */
  readonly state: 'new' | 'placed' | 'gone' | 'again' | 'left';
  /** Of what it shows, or of what Jira refused (`descriptionHash`). */
  readonly hash?: string;
  /** Not to be written before; ms. */
  readonly due: number;
  /** Failures since it was last written. */
  readonly tries: number;
  readonly error?: string;
  /** Records were lost then: this part begins there, and the one before it stays as it is; ms. */
  readonly since?: number;
}

/** A line of the evidence table: everything that became a comment, and what is not worth one. */
export interface EvidenceRow {
  readonly at: number;
  /** `order`: a person's; what came of it follows. */
  readonly kind: TicketEntry['kind'] | 'order' | 'progress';
  readonly topic?: TicketEntry['topic'];
  readonly by?: Person;
  /** Plain text, shortened. */
  readonly says: string;
}

export interface TicketEntry {
  readonly n: number;
  readonly at: number;
  readonly kind: 'change' | 'override' | 'error' | 'refusal' | 'closing';
  /** What a change is about, where that is more than a number. */
  readonly topic?: 'approval' | 'request' | 'taken_back' | 'caches' | 'glass' | 'review' | 'freeze';
  readonly by?: Person;
  /** Plain text, a paragraph each. */
  readonly lines: readonly string[];
  /** After them; the first row are its headers. Plain text. */
  readonly table?: readonly (readonly string[])[];
  /** It stands for so many earlier ones, which are not written. */
  readonly left?: number;
}

/** The rebuild's thread: its root is the card. */
export interface Card extends MessageState {
  /** The root was deleted once and posted again; that is not done twice. */
  readonly anew?: true;
  readonly notes: readonly RebuildNote[];
  readonly noteCount: number;
  readonly error?: string;
}

export type RebuildNoteKind =
  | 'started'
  | 'step'
  | 'waiting'
  | 'still_waiting'
  | 'error'
  | 'scaled'
  | 'offer'
  | 'drift'
  | 'pausing'
  | 'paused'
  | 'still_paused'
  | 'resumed'
  | 'frozen'
  | 'still_frozen'
  | 'thawed'
  | 'override'
  /** Told in the channel, too, at once. */
  | 'glass'
  | 'milestone'
  | 'stalled'
  | 'moving'
  | 'ticket'
  | 'alert'
  | 'approved'
  | 'cancelling'
  | 'ended';

/** One thing to be said in the thread. `text` is plain: views escape it. */
export interface RebuildNote {
  readonly n: number;
  readonly kind: RebuildNoteKind;
  readonly at: number;
  readonly by?: Person;
  readonly text: string;
  readonly url?: string;
  /** Slack ids of people whom it is for: they are mentioned. */
  readonly to?: readonly string[];
  /** With a chart of progress, farmers and events. */
  readonly chart?: true;
  /** It stands for so many earlier ones, which are not said. */
  readonly left?: number;
}
