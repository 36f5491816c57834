import { type Message, wordsFrom } from '../../core/message.ts';
import { sentence } from '../../core/text.ts';
import type { TaskDeed } from '../model/parts/glass.ts';
import type { TicketPolicy } from '../model/parts/ticket-life.ts';
import type { RebuildNote } from '../model/parts/told.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { withNote } from '../model/transition.ts';

type Words = Pick<RebuildNote, 'kind' | 'text' | 'url'>;

const step = (text: string): Words => ({ kind: 'step', text });
const error = (text: string): Words => ({ kind: 'error', text });

interface OfTicket {
  readonly ticket: string | undefined;
}

interface Failed {
  readonly error: string;
}

/** What is told in the thread alone: of the thread itself, of the ticket, of alerts. */
const notes = {
  card_stays: (facts: Failed) =>
    step(
      `Slack does not let farmhand change the first message of this thread any more (${facts.error}). It may show an older state: what happens is told here, and \`status\` shows how it is now.`,
    ),
  card_deleted: () =>
    step('The first message of this thread was deleted. The rebuild is told here from now on.'),
  channel_closed: () =>
    step('The channel of this rebuild takes no messages any more. It is told here from now on.'),
  ticket: ({ key, url }: { readonly key: string; readonly url?: string | undefined }) => ({
    kind: 'ticket',
    text: `Ticket ${key}`,
    ...(url !== undefined && { url }),
  }),
  task: ({ key, url }: { readonly key: string; readonly url?: string | undefined }) => ({
    kind: 'ticket',
    text: `Review task ${key}`,
    ...(url !== undefined && { url }),
  }),
  /** The review task of a broken glass is behind. */
  task_late: (facts: Failed & { readonly deed: TaskDeed }) =>
    error(
      `${sentence(facts.error)} ${
        facts.deed === 'raised'
          ? 'The task that asks for the review of the broken glass is not in Jira yet.'
          : 'The review task in Jira is not up to date.'
      } Glass and rebuild do not wait for it, and the review can be given in Slack; farmhand goes on trying.`,
    ),
  task_refused: (facts: Failed & OfTicket & { readonly deed: TaskDeed }) =>
    error(
      `${sentence(facts.error)} ${
        facts.deed === 'moved'
          ? `Review task ${facts.ticket ?? ''} was not moved: move it by hand, or put jira.review_task right.`
          : `Review task ${facts.ticket ?? ''} does not say ${facts.deed === 'closed' ? 'what was done under the broken glass' : 'what the review found'}: this thread and the journal do.`
      }`,
    ),
  task_failed: (facts: Failed) =>
    error(
      `${sentence(facts.error)} There is no review task in Jira for the broken glass, and farmhand has stopped trying. The review can be given in Slack all the same.`,
    ),
  /** Jira does not answer. `raising`: there is no ticket yet. */
  ticket_late: (facts: Failed & { readonly raising: boolean }) =>
    error(
      facts.raising
        ? `${sentence(facts.error)} Nothing is touched before the ticket is there. farmhand goes on trying; the rebuild starts by itself.`
        : `${sentence(facts.error)} The rebuild goes on. What belongs in the ticket is kept, and written as soon as Jira answers.`,
    ),
  ticket_refused: (facts: Failed & { readonly everyMs: number }) =>
    error(
      `${sentence(facts.error)} Nothing is touched before the ticket is there. farmhand tries again every ${facts.everyMs / 60_000} minutes; cancel the rebuild if it should not wait.`,
    ),
  ticket_failed: (facts: Failed) =>
    error(
      `${sentence(facts.error)} The rebuild is over and has no ticket; farmhand has stopped trying. Its journal has what would be in it.`,
    ),
  comment_refused: (
    facts: Failed & { readonly ticket: string | undefined; readonly lines: readonly string[] },
  ) =>
    error(
      `${sentence(facts.error)} This was not written into ticket ${facts.ticket ?? ''}: ${facts.lines.join(' ')} The rebuild’s journal has it; add it to the ticket by hand.`,
    ),
  description_refused: (facts: Failed & { readonly ticket: string | undefined }) =>
    error(
      `${sentence(facts.error)} The evidence table in the description of ticket ${facts.ticket ?? ''} is not up to date. The rebuild goes on, and so do the comments; the journal has everything.`,
    ),
  /** A person changed or removed farmhand's part of it. */
  description_changed: ({ ticket }: { readonly ticket: string | undefined }) =>
    step(
      `Somebody changed or removed farmhand’s evidence table in the description of ticket ${ticket ?? ''}. What is there stays as it is; farmhand writes its table once more, at the end of the description.`,
    ),
  description_left: ({ ticket }: { readonly ticket: string | undefined }) =>
    step(
      `Somebody changed or removed farmhand’s evidence table in the description of ticket ${ticket ?? ''} once more. It is not written again; the comments, the journal and the closing report go on.`,
    ),
  /** A person changed something else of it. */
  ticket_edited: ({
    ticket,
    by,
    fields,
  }: OfTicket & { readonly by: string; readonly fields: readonly string[] }) =>
    step(`${by} changed ${fields.join(', ')} of ticket ${ticket ?? ''} in Jira. The rebuild goes on.`),
  ticket_closed: ({
    ticket,
    by,
    status,
    holds,
  }: OfTicket & { readonly by: string; readonly status: string; readonly holds: boolean }) =>
    error(
      `${by} closed ticket ${ticket ?? ''} in Jira (${status}) before this rebuild was over. ${
        holds
          ? 'Nothing more is changed until it is open again, or a person overrides that (Override…, Go on without its ticket). Pause and cancel work as ever.'
          : 'The rebuild goes on, and goes on writing into it. Open it again, or cancel the rebuild if it should end.'
      }`,
    ),
  ticket_open_again: ({ ticket, by }: OfTicket & { readonly by?: string | undefined }) =>
    step(`Ticket ${ticket ?? ''} is open again${by === undefined ? '' : ` (${by})`}. The rebuild goes on.`),
  ticket_moved_by: ({
    ticket,
    by,
    status,
    leaves,
  }: OfTicket & { readonly by: string; readonly status: string; readonly leaves: boolean }) =>
    step(
      `${by} moved ticket ${ticket ?? ''} to ${status} in Jira. ${
        leaves
          ? 'farmhand leaves it there, and moves it no more.'
          : 'farmhand leaves it there until the state of the rebuild changes.'
      }`,
    ),
  ticket_not_moved: ({ ticket, to, error: why }: OfTicket & Failed & { readonly to: string }) =>
    error(
      `Ticket ${ticket ?? ''} was not moved to ${to}: ${sentence(why)} The rebuild goes on. Move it by hand, or put jira.transitions right.`,
    ),
  ticket_deleted: ({ ticket, policy }: OfTicket & { readonly policy: TicketPolicy['deleted'] }) =>
    error(
      `Ticket ${ticket ?? ''} is not in Jira any more: somebody deleted it. ${
        {
          tell: 'The rebuild goes on without a ticket; its journal and the audit have everything.',
          hold: 'Nothing more is changed until a person overrides that (Override…, Go on without its ticket) or cancels. Pause and cancel work as ever.',
          raise_again:
            'Nothing more is changed until another one stands in for it: farmhand raises it now, with all that has happened.',
        }[policy]
      }`,
    ),
  alerts_fire: ({ instance, names }: { readonly instance: string; readonly names: readonly string[] }) => ({
    kind: 'alert',
    text: `${names.length === 1 ? 'An alert fires' : `${names.length} alerts fire`} on ${instance} during the rebuild: ${names.join(', ')}.`,
  }),
} satisfies Record<string, (facts: never) => Words>;

export type ThreadNote = Message<typeof notes>;

export const noteWords: (note: ThreadNote) => Words = wordsFrom(notes);

/** Told in the thread. */
export const noted = (rebuild: Rebuild, note: ThreadNote, now: number): Rebuild =>
  withNote(rebuild, noteWords(note), now);

/** Why there is no thread: on the record of the card. */
const noCard = {
  deleted_twice: (facts: Failed) => `The thread was deleted twice (${facts.error}).`,
  no_channel: (facts: Failed) => `No channel accepts the thread; the last answer was ${facts.error}.`,
};

export const noCardWords = wordsFrom(noCard);
