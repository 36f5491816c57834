import type { PostedMessage, PostKey, SlackResult } from '../../delivery/slack-result.ts';

/** What the alert controller needs of the outside world. Adapters live in `src/integrations`. */

import type { Severity } from '../../core/severity.ts';
import type { TicketMove } from '../../core/tickets/ticket-move.ts';
import type { Alert, AlertId, Note, PagerWord, TicketFields, TicketNews } from '../model/alert.ts';
import type { Digest } from '../model/digest.ts';

/** Posts, updates and finds farmhand's own messages. Renders through `views/`; never repeats a post by itself. */
export interface ThreadPort {
  postRoot(alert: Alert): Promise<SlackResult<PostedMessage>>;
  updateRoot(alert: Alert, ts: string): Promise<SlackResult<PostedMessage>>;
  /** One reply for all of `notes`; keyed by alert id and the last note's number. */
  postNotes(alert: Alert, ts: string, notes: readonly Note[]): Promise<SlackResult<PostedMessage>>;
  /** Members of a group, a page of them, in its thread; `threadTs`: its root. */
  postMembers(group: Alert, page: number, threadTs: string): Promise<SlackResult<PostedMessage>>;
  updateMembers(group: Alert, page: number, ts: string): Promise<SlackResult<PostedMessage>>;
  postDigest(digest: Digest): Promise<SlackResult<PostedMessage>>;
  updateDigest(digest: Digest, ts: string): Promise<SlackResult<PostedMessage>>;
  /** farmhand's own messages with this key posted since `sinceMs`, oldest first; `threadTs` looks among replies. */
  find(
    channel: string,
    key: PostKey,
    sinceMs: number,
    threadTs?: string,
  ): Promise<SlackResult<readonly PostedMessage[]>>;
  remove(message: PostedMessage): Promise<SlackResult<void>>;
}

/** How an action on another system ended. `retry` says it surely or possibly did not happen; effects have keys. */
export type ActionResult =
  | {
      readonly ok: true;
      readonly id: string;
      readonly url?: string;
      readonly text?: string;
      /** Of a silence: what was seen of its effect afterwards. */
      readonly effect?: SilenceEffect;
      /** Of news: the ticket was told, and could not be moved; `text` says why. */
      readonly stays?: true;
    }
  | {
      readonly ok: false;
      readonly retry: boolean;
      readonly error: string;
      readonly retryAfterMs?: number;
      /** Nobody has to know at once: the journal has it. */
      readonly quiet?: true;
    };

/** `silences`: the alert is listed as silenced; `misses`: it is listed, and is not. `says` is a sentence for people. */
export interface SilenceEffect {
  readonly seen: 'silences' | 'misses' | 'unknown';
  readonly says: string;
}

export interface TicketRequest {
  /** Unique for the effect: becomes a label that is searched before creating. */
  readonly key: string;
  readonly alertId: AlertId;
  readonly summary: string;
  readonly project?: string;
  readonly issueType?: string;
  readonly labels: readonly string[];
  /** More, by their names or ids in Jira. */
  readonly fields?: TicketFields;
  readonly body: TicketBody;
  /** An earlier run may have created it without its outcome on record: it is looked for with more patience. */
  readonly mayExist?: boolean;
}

/** Facts for the ticket; the adapter builds the document (ADF). Plain text: nothing in it is markup. */
export interface TicketBody {
  readonly intro: string;
  readonly facts: readonly { readonly name: string; readonly value: string; readonly url?: string }[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What a ticket is told. Plain text. */
export interface NewsRequest {
  /** Unique for the effect: the last line of the comment, which it is looked up by. */
  readonly key: string;
  /** As the other system calls it. */
  readonly ticket: string;
  readonly state: TicketNews['state'];
  readonly title: string;
  readonly lines: readonly string[];
  readonly move?: TicketMove;
  /** Where the config asks for the move. */
  readonly askedBy: string;
  /** An earlier run may have written it, not before `since`; ms. */
  readonly mayExist?: boolean;
  readonly since: number;
  /** Nothing is written later: somebody else may be at it by then; ms. */
  readonly until: number;
}

/** Raises a ticket once per key: looks for it first, also after an answer that never came. */
export interface TicketPort {
  raise(request: TicketRequest): Promise<ActionResult>;
  /** Comments on a ticket and moves it, once per key: what an earlier run did is looked for first. */
  tell(news: NewsRequest): Promise<ActionResult>;
}

export interface ApiTaskRequest {
  readonly task: string;
  readonly params: Readonly<Record<string, string>>;
  readonly idempotencyKey: string;
}

/** Submits a job to the SRE API; the idempotency key makes repeating it safe. */
export interface ApiTaskPort {
  submit(request: ApiTaskRequest): Promise<ActionResult>;
}

export interface SilenceRequest {
  /** Unique for the effect: travels in the silence's comment and is searched before creating. */
  readonly key: string;
  /** Those that are known exactly as the source sent them: what it is matched by. */
  readonly labels: Readonly<Record<string, string>>;
  /** All that are on record: what the alert is known by in Alertmanager's list. Absent: it is for all that fit. */
  readonly alertLabels?: Readonly<Record<string, string>>;
  /** How many labels of the alert it is not matched by. */
  readonly left: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly createdBy: string;
  readonly comment: string;
  /** `externalURL` of the Alertmanager that sent the alert; chooses among the configured ones. */
  readonly alertmanager?: string;
  /** Cluster of the alert: an Alertmanager of another one is never asked. */
  readonly cluster?: string;
}

/** Creates a silence through Alertmanager's API v2, once per key. */
export interface SilencePort {
  silence(request: SilenceRequest): Promise<ActionResult>;
}

/** What a pager is told of an alert. Plain text. */
export interface PagerRequest {
  /** Its name in the config. */
  readonly to: string;
  readonly say: PagerWord;
  /** Unique for this change: of one that is repeated, the pager may know that it had it. */
  readonly key: string;
  /** What the pager knows the alert by: the same from the first page to the end. */
  readonly alertId: AlertId;
  readonly title: string;
  readonly summary: string;
  readonly severity: Severity;
  readonly source: string;
  readonly labels: Readonly<Record<string, string>>;
  /** ms */
  readonly startsAt: number;
  /** Who acknowledged it. */
  readonly by?: string;
  readonly links: readonly { readonly text: string; readonly href: string }[];
}

/** Tells whoever pages people. Each of them knows an alert by its id, so that repeating is safe. */
export interface PagerPort {
  tell(request: PagerRequest): Promise<ActionResult>;
}

/** What Alertmanager would silence, before it is asked to. Only reads; never throws. */
export interface SilenceScopes {
  /** The name of the configured Alertmanager that the alert came from; undefined: there is none. */
  placeOf(alert: Alert): string | undefined;
  /** What fires there, fits and is none of `members`: their labels. */
  others(
    place: string,
    matchers: Readonly<Record<string, string>>,
    members: readonly Alert[],
  ): Promise<
    | { readonly ok: true; readonly others: readonly Readonly<Record<string, string>>[] }
    | { readonly ok: false; readonly error: string }
  >;
}

export interface ProposalRequest {
  /** Unique for the effect: the same key is the same plan, and is started once. */
  readonly key: string;
  /** Of the alert: a tier may ask for its own instances only. */
  readonly tier: string;
  readonly start: {
    readonly instance: string;
    readonly forced: boolean;
    readonly farmers?: number;
    readonly reason?: string;
    readonly alert?: AlertId;
    readonly channel?: string;
  };
  /** Started at once, without a person. */
  readonly run: boolean;
}

/**
 * Rebuilds that a route asks for. The outcome's id is the draft that a person may confirm, or, where `run` is set,
 * the rebuild; its text says which plan that is.
 */
export interface RebuildProposals {
  propose(ask: ProposalRequest): Promise<ActionResult>;
}
