import type { Person } from '../../core/person.ts';
import type { Severity } from '../../core/severity.ts';
import type { TicketMove } from '../../core/tickets/ticket-move.ts';
import type { TraceContext } from '../../core/tracing/context.ts';
import type { Posting } from '../../delivery/message.ts';
import type { Escalation } from './escalation.ts';
import type { AlertStatus, EventLinks, EventType, LabelLoss } from './event.ts';
import type { Group, MemberOf } from './group.ts';

/** `<fingerprint>-<start of its first firing, base 36>`: one thread for one of these. */
export type AlertId = string;

/** The record of one alert. The truth; Slack, Jira, the API and metrics are projections of it. Times in ms. */
export interface Alert {
  readonly id: AlertId;
  /** Grows with every write and over the alerts of a series; set by the store, compare-and-set is on this. */
  readonly version: number;
  readonly fingerprint: string;
  /** Where it came from, as the config or the sender names it. */
  readonly cluster?: string;
  /** The fingerprint as its source knows it, where it is another. */
  readonly plain?: string;
  /** The series it stands for, when it was opened before clusters were told apart; its id stays as it was. */
  readonly series?: string;
  readonly type: EventType;
  readonly source: string;
  readonly tier: string;
  readonly name: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Absent: `labels` are what its source sent; or it is not known, on older records. */
  readonly labelLoss?: LabelLoss;
  readonly annotations: Readonly<Record<string, string>>;
  readonly links: EventLinks;
  readonly status: AlertStatus;
  /** Start of the present (or last) firing; `firstStartsAt` is that of the thread's first. */
  readonly startsAt: number;
  readonly firstStartsAt: number;
  /** It was opened again by a firing with this start, which was over already: `startsAt` is then farmhand's own; ms. */
  readonly reopenedStart?: number;
  readonly endsAt?: number;
  /** `endsAt` is when Alertmanager was first seen not to list it: its source has not told the end. */
  readonly endInferred?: true;
  /** When it was last looked for at its Alertmanager, and what came of it; see look.ts. */
  readonly look?: {
    readonly at: number;
    /** A silence of ours ended then: what ended under it was never told. */
    readonly silenceEnded?: true;
    /** Listed there as silenced or inhibited. */
    readonly quiet?: true;
    /** Not listed there: since when, in how many looks, and why it was looked for. */
    readonly absent?: { readonly since: number; readonly times: number; readonly why: LookReason };
  };
  /** Time of the newest event taken in, by its source's clock. */
  readonly eventTime: number;
  readonly lastSeen: number;
  /** How often it fired within this thread. */
  readonly fired: number;
  /** How many events this record has taken in. */
  readonly events: number;
  readonly ack?: Ack;
  readonly silence?: Silence;
  /** A person's note that stays on its root message. */
  readonly pinned?: Pinned;
  /** Its route asks for people to be mentioned while nobody reacts. */
  readonly notify?: Escalation;
  readonly route: string;
  /** Where its route says what to do; from the config, so it is ours to link. */
  readonly routeRunbook?: string;
  /** Where its thread belongs; moves to the fallback channel when Slack refuses this one. */
  readonly channel: string;
  readonly thread: Thread;
  /** What is still to be said in the thread, oldest first. */
  readonly notes: readonly Note[];
  /** Number of the last note handed out; a note's number is its key. */
  readonly noteCount: number;
  readonly actions: readonly ActionState[];
  /** Number of the last news for a ticket; a number is their key, and is given once. */
  readonly newsCount?: number;
  /** When it was opened, and by which event, while its journal says no more than that, and is not written. Kept by the store. */
  readonly opening?: { readonly at: number; readonly event: string };
  /** The alert of the same series before this one, when the window had passed. */
  readonly previous?: { readonly id: AlertId; readonly channel?: string; readonly ts?: string };
  /** The group that tells of it: it has no thread of its own, unless somebody asked for one. */
  readonly memberOf?: MemberOf;
  /** It stands for a group, and is made of its members. */
  readonly group?: Group;
  /** Of the event that opened it, of a group of its first member's: what is made of it belongs to this trace. */
  readonly trace?: TraceContext;
  /** The known instance that its labels name. */
  readonly instance?: string;
  /** The rebuild of that instance it came up during, or that began while it fired; stays when the rebuild is over. */
  readonly rebuild?: {
    readonly id: string;
    readonly channel: string;
    readonly ts?: string;
    /** The rebuild has it on its record as well. */
    readonly bothWays?: true;
  };
}

/** Who has it, and since when; ms. */
export interface Ack {
  readonly by: Person;
  readonly at: number;
  /** Somebody else gave it to them. */
  readonly assignedBy?: Person;
}

/** `text` is plain; at `at`, ms. */
export interface Pinned {
  readonly text: string;
  readonly by: Person;
  readonly at: number;
}

/** Why an alert is looked for at its Alertmanager. */
export type LookReason = 'silence_ended' | 'not_heard' | 'not_listed' | 'quiet';

export interface Silence {
  readonly id?: string;
  readonly by: Person;
  readonly reason: string;
  readonly until: number;
  /** Of a group: what is silenced; its members that fit are silenced with it. */
  readonly covers?: readonly SilenceTarget[];
}

/** What a silence of a group is made for, in one Alertmanager: everything there that fits. */
export interface SilenceTarget {
  readonly matchers: Readonly<Record<string, string>>;
  /** Of one of its members: chooses the Alertmanager. */
  readonly alertmanager?: string;
  readonly cluster?: string;
}

/**
 * The one thread of an alert in Slack. How it moves:
 *
 *     (new) → wanted         its route asks for a thread
 *     (new) → none           its route asks for none, or its group has one
 *     none → wanted          a person takes it out of its group
 *     wanted → posting       a pass claims the post on the record, before it calls Slack
 *     posting → open         the root is in Slack: the answer says so, or a look-up finds it
 *     posting → wanted       surely not posted, or the next channel is tried
 *     posting → failed       no channel takes it
 *     wanted → folded        resolved before its turn, told in the digest
 *     folded → wanted        it fires again
 *     open → failed          somebody deleted the root
 *     failed → wanted        it fires again, or a channel may take it by now
 *     wanted → open          a post that was given up has come after all
 *     folded → open          a post that was given up has come after all
 *     failed → open          a post that was given up has come after all
 */
export type Thread =
  /** The route asks for none, or its group has one. */
  | { readonly state: 'none' }
  /** Waits for its turn. `event` is the one that is counted once the thread is there; empty where none is. */
  | { readonly state: 'wanted'; readonly since: number; readonly event: string; readonly retryAt?: number }
  /** A post was claimed and may be under way, done, or lost: look before posting again. */
  | {
      readonly state: 'posting';
      readonly since: number;
      readonly event: string;
      readonly attempt: number;
      /** Start of the first claim: a look-up goes back this far. */
      readonly firstClaim: number;
      /** Unique for this claim: outcomes of an older one are told apart by it. */
      readonly claim: string;
      readonly retryAt?: number;
      /** Look-ups of this claim that failed: since when, and how many. */
      readonly unanswered?: { readonly since: number; readonly looks: number };
    }
  | {
      readonly state: 'open';
      readonly ts: string;
      readonly at: number;
      /** What the root message shows, as `rootHash` of the record it was rendered from; another word where unknown. */
      readonly shown: string;
      readonly retryAt?: number;
      /** A note post that was claimed and not yet confirmed: look before posting again. */
      readonly posting?: Posting;
      /** The post may exist twice: its look-up never answered. Said in the thread. */
      readonly possibleDuplicate?: true;
      /** Slack refuses to change the root: it shows an older state, which the thread was told. */
      readonly stays?: true;
      /** Since when a call that was given up may still arrive and spoil what is shown: looked at once more; ms. */
      readonly lookAgain?: number;
      /** When the first of the posts was made that may have come, where that was before `at`; ms. */
      readonly lookFrom?: number;
    }
  /** Resolved before its turn; told in the digest. */
  | { readonly state: 'folded'; readonly at: number }
  /** No channel takes it, or somebody deleted it. The first is tried again with a later event, the second with a re-fire. */
  | { readonly state: 'failed'; readonly at: number; readonly reason: string };

export type NoteKind =
  | 'acknowledged'
  | 'assigned'
  | 'unacknowledged'
  | 'resolved'
  | 'refired'
  | 'severity'
  | 'silenced'
  | 'silence_misses'
  | 'ticket'
  | 'ticket_stays'
  | 'api_task'
  | 'rebuild'
  | 'rebuild_proposed'
  | 'root_stays'
  | 'nobody_reacts'
  | 'still_open'
  | 'paged'
  | 'action_failed';

/** One thing to be said in the thread. `text` is plain: views escape it. */
export interface Note {
  readonly n: number;
  readonly kind: NoteKind;
  readonly at: number;
  readonly by?: Person;
  readonly text?: string;
  /** A sentence of farmhand's own after `text`, which may be a person's. */
  readonly more?: string;
  readonly url?: string;
  /** Of a proposed rebuild: what the button confirms. */
  readonly draft?: string;
  /** Whom it is meant to notify: Slack ids, `channel` or `here`. */
  readonly to?: readonly string[];
  /** It stands in the channel, too. */
  readonly broadcast?: true;
  /**
   * When several were folded into one note: when the first of them was, ms, and how often it happened. Of `nobody_reacts`:
   * since when nobody has; of `still_open`: since when somebody has it.
   */
  readonly since?: number;
  readonly times?: number;
  /** Of `nobody_reacts`: how many steps it tells of. */
  readonly steps?: number;
}

export type ActionKind = 'thread' | 'ticket' | 'ticket_news' | 'api_task' | 'silence' | 'rebuild' | 'pager';

/** What a pager is told of an alert. */
export type PagerWord = 'trigger' | 'acknowledge' | 'resolve';

/** One action of the route, or one that a person asked for; its outcome is on the record. */
export interface ActionState {
  /** Unique within the alert: `<kind>` or `<kind>-2` …; outside effects are keyed by alert id and this. */
  readonly key: string;
  readonly kind: Exclude<ActionKind, 'thread'>;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly attempts: number;
  /** Its intent is in the audit: written with its first claim. Absent in records from before there was one. */
  readonly audited?: true;
  /** Not to be tried before; ms. */
  readonly nextAt: number;
  /** Which action of the route's list (its templates are read from the config), or the person's own words. */
  readonly spec: ActionSpec;
  readonly by?: Person;
  readonly at: number;
  /** The message in Kafka that its alert came in by. */
  readonly from?: { readonly topic: string; readonly partition: number; readonly offset: string };
  readonly outcome?: {
    readonly id: string;
    readonly url?: string;
    readonly text?: string;
    /** Of news: the ticket was told, and not moved; `text` says why. */
    readonly stays?: true;
  };
  readonly error?: string;
}

/** More fields of a ticket, by their names or ids in Jira; templates until they are filled. */
export type TicketFields = Readonly<Record<string, string | number | readonly string[]>>;

/** What the route asks for when the alert of its ticket resolves, or fires again. Without it the ticket is told. */
export interface NewsWish {
  /** It is not told either. */
  readonly silent?: true;
  readonly move?: TicketMove;
}

export interface TicketNews {
  /** Key of the action that raises the ticket. */
  readonly ticket: string;
  readonly state: 'resolved' | 'refired';
  /** When the firing ended, or began; ms. */
  readonly at: number;
  /** Of a resolve: when that firing had begun; ms. */
  readonly since?: number;
  /** Of a resolve: nobody sent it. */
  readonly inferred?: true;
  readonly fired: number;
  readonly move?: TicketMove;
  /** How much longer than `settle` it waits: twice as long for each. */
  readonly doublings: number;
}

/** Of an action that one alert carries out for a list of them. */
export interface ActionList {
  /** Which list it was, in the words that it was asked for with; plain text. */
  readonly of: string;
  /** How many of its alerts and groups it is for. */
  readonly count: number;
  /** Those that it is for besides its own; away once it is over, since each has it on its own record. */
  readonly others?: readonly AlertId[];
  /** Its own alert is not among them: it stands for members of its group. */
  readonly self?: false;
}

/** Of an alert that another one's action is for: that one, and its key there. Nothing is sent for it. */
export interface ActionRef {
  readonly alert: AlertId;
  readonly key: string;
}

/** Of an action for a list: the list, and, unless it is the one that does it, which one does. */
interface ForList {
  readonly list?: ActionList;
  readonly with?: ActionRef;
}

export type ActionSpec =
  | ({
      readonly kind: 'ticket';
      readonly project?: string;
      readonly issueType?: string;
      readonly summary?: string;
      readonly labels?: readonly string[];
      readonly fields?: TicketFields;
      /** What its alert is must have stayed for this long before the ticket is told; ms. Default: a minute. */
      readonly settle?: number;
      readonly resolved?: NewsWish;
      readonly refired?: NewsWish;
    } & ForList)
  /** What became of its alert, for a ticket that was raised for it; see `ticket-news.ts`. */
  | ({ readonly kind: 'ticket_news' } & TicketNews)
  | {
      readonly kind: 'api_task';
      readonly task: string;
      readonly params: Readonly<Record<string, string>>;
      readonly idempotencyKey?: string;
      /** Retry policy: how often in all, and the first wait in ms (doubled each time). */
      readonly attempts: number;
      readonly backoff: number;
    }
  | {
      readonly kind: 'pager';
      /** Its name in the config. */
      readonly to: string;
      /** For so long it waits: somebody may have it by then; ms. */
      readonly after: number;
      /** What the present run says. */
      readonly say?: PagerWord | 'nothing';
      /** What it was told last. */
      readonly told?: PagerWord;
    }
  | ({
      readonly kind: 'silence';
      readonly durationMs: number;
      readonly reason: string;
      /** Of a group or a list; absent: exactly the one alert. */
      readonly target?: SilenceTarget;
    } & ForList)
  | {
      readonly kind: 'rebuild';
      /** A template. */
      readonly instance: string;
      readonly forced: boolean;
      readonly farmers?: number;
      /** A template. */
      readonly reason?: string;
      /** Started by farmhand itself; else a person confirms it in the thread. */
      readonly run: boolean;
    };
