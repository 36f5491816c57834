import { type JournalEntry, ownLine } from '../../core/journal.ts';
import { type Message, wordsFrom } from '../../core/message.ts';
import type { TicketEntry } from '../model/parts/told.ts';

interface Entry {
  readonly entry: TicketEntry;
}

/** What farmhand writes into the journal alone, by the journal's word: how it gets its messages and comments done. */
const ownLines = {
  post_again: ({ note }: { readonly note: number }) => `note ${note}; not found in Slack`,
  thread_open: ({ channel, ts }: { readonly channel: string; readonly ts: string }) => `${channel} ${ts}`,
  /** `lost`: what was not said. */
  notes_refused: ({ error, lost }: { readonly error: string; readonly lost: readonly string[] }) =>
    `${error}: ${lost.join(' / ')}`.slice(0, 2_000),
  channel_refused: ({
    from,
    to,
    error,
  }: {
    readonly from: string;
    readonly to: string | undefined;
    readonly error: string;
  }) => `${from}: ${error}; next ${to ?? 'none'}`,
  ticket_comment: ({ entry, id }: Entry & { readonly id: string }) =>
    `#${entry.n} ${entry.kind} is comment ${id}`,
  ticket_comment_refused: ({ entry, error }: Entry & { readonly error: string }) =>
    `#${entry.n} ${entry.kind}: ${entry.lines.join(' ')} (${error})`,
  approver_not_told: ({ user, error }: { readonly user: string; readonly error: string }) =>
    `${user}: ${error}`,
  /** `untold`: why nobody is told of it. */
  approvers: ({
    people,
    count,
    unknown,
    untold,
  }: {
    readonly people: readonly string[];
    readonly count: number;
    readonly unknown: readonly string[];
    readonly untold?: 'off' | 'many' | undefined;
  }) =>
    [
      count === 0 ? 'nobody can approve it' : `${count} could approve it: ${people.join(', ')}`,
      ...(untold === undefined ? [] : [untold === 'off' ? 'not told (config)' : 'too many to tell']),
      ...(unknown.length > 0 ? [`not known: ${unknown.join(', ')}`] : []),
    ].join('; '),
  recheck: () =>
    'An older copy of the records came back; what is there is looked at before anything is done.',
};

export type OwnLine = Message<typeof ownLines>;

const words = wordsFrom(ownLines);

/** The entry of the journal. */
export const written = (told: OwnLine, now: number): JournalEntry => ownLine(now, told.code, words(told));
