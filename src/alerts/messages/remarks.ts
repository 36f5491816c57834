import { type Message, wordsFrom } from '../../core/message.ts';
import { bySeverity, type Severity } from '../../core/severity.ts';
import { counted } from '../../core/text.ts';
import type { LookReason, TicketNews } from '../model/alert.ts';
import type { Group } from '../model/group.ts';

/** Why no end was heard of an alert that is over. */
const unsent: Readonly<Record<LookReason, string>> = {
  silence_ended: 'it resolved while it was silenced, and such an end is not sent',
  quiet: 'it resolved while it was silenced or inhibited there, and such an end is not sent',
  not_heard: 'its end was never sent',
  not_listed: 'its end was never sent',
};

/** What a ticket is told of its alert. */
const ticketNewsWords: Readonly<Record<TicketNews['state'], string>> = {
  resolved: 'the alert resolved',
  refired: 'the alert fires again',
};

const following = '; follows ';

/** True of an alert that was opened after the window of another one of its series: `why` of its journal's first line. */
export const followsAnother = (why: string | undefined): boolean => why?.includes(following) === true;

interface Looked {
  readonly alertmanager: string;
  /** Why it was looked for. */
  readonly why: LookReason;
}

/** What a note or a line of the journal of an alert says besides its kind. Plain text; it is on record as words. */
const remarks = {
  was_with: ({ who }: { readonly who: string }) => `was with ${who}`,
  note_of: ({ who }: { readonly who: string }) => `by ${who}`,
  /** `from`: who had it before. */
  assigned: ({ to, from }: { readonly to: string; readonly from?: string | undefined }) =>
    `to ${to}${from === undefined ? '' : `; was with ${from}`}`,
  ack_outdated: ({ who }: { readonly who: string }) =>
    `the acknowledgement by ${who} was for the firing before`,
  /** A generation of a group after another one. */
  group_follows: ({ before }: { readonly before: string }) => `follows ${before}`,
  with_group: () => 'with its group',
  /** Of one effect for a list; `of`: the words that it was listed by. */
  of_list: ({ count, of }: { readonly count: number; readonly of: string }) =>
    `one for ${counted(count, 'alert')}: ${of}`,
  assigned_with_group: ({ to }: { readonly to: string }) => `to ${to}, with its group`,
  /** Of an acknowledgement of a group: of how many. */
  all_of: ({ count }: { readonly count: number }) => `all ${count.toLocaleString('en')} that fire`,
  /** The same of those that came since it was acknowledged. */
  new_of: ({ count }: { readonly count: number }) => `the ${count.toLocaleString('en')} new as well`,
  /** Of those who were mentioned since nobody reacts: how many steps of how many are said. */
  told_of: ({
    said,
    of,
    to,
  }: {
    readonly said: number;
    readonly of: number;
    readonly to: readonly string[];
  }) => `step ${said} of ${of}: ${to.join(', ')}`,
  /** Of mentions: what holds them, and until when; ms. */
  held: ({ name, until }: { readonly name: string; readonly until: number }) =>
    `until ${new Date(until).toISOString()}: ${name}`,
  pager_told: ({ to, say }: { readonly to: string; readonly say: string }) => `${to}: ${say}`,
  during_rebuild: ({ id }: { readonly id: string }) => `during rebuild ${id}`,
  /** By the event `event`, after the window of the alert `before`. */
  follows: ({ event, before }: { readonly event: string; readonly before: string }) =>
    `${event}${following}${before}`,
  not_listed: ({ alertmanager, why }: Looked) => `${alertmanager}; looked for because of ${why}`,
  end_unsent: ({ alertmanager, why }: Looked) =>
    `Alertmanager ${alertmanager} no longer lists it; ${unsent[why]}`,
  /** `text`: what became of its status; empty where nothing was to become of it. */
  news_told: ({
    state,
    ticket,
    text,
  }: {
    readonly state: TicketNews['state'];
    readonly ticket: string;
    readonly text: string;
  }) => `${ticket}: ${ticketNewsWords[state]}${text === '' ? '' : `; ${text}`}`,
  news_failed: () => 'telling its ticket',
  post_again: ({ attempt }: { readonly attempt: number }) =>
    `attempt ${attempt}; the earlier one is not in Slack`,
  /** `to`: where it is tried next. */
  refused: ({
    from,
    error,
    to,
  }: {
    readonly from: string;
    readonly error: string;
    readonly to?: string | undefined;
  }) => `${from}: ${error}${to === undefined ? '' : `; trying ${to}`}`,
} satisfies Record<string, (facts: never) => string>;

export const remark: (message: Message<typeof remarks>) => string = wordsFrom(remarks);

/** What a group says of itself in a line: in a ticket, in a notification. */
export const groupSummary = ({ firing, resolved, severities }: Group): string => {
  const parts = (Object.entries(severities) as [Severity, number][])
    .sort(([a], [b]) => bySeverity(a, b))
    .map(
      ([severity, count]) =>
        `${count.toLocaleString('en')} ${severity === 'none' ? 'without severity' : severity}`,
    );
  if (firing === 0) return `${counted(resolved, 'alert')}, all resolved`;
  const over = resolved === 0 ? '' : `, ${resolved.toLocaleString('en')} resolved`;
  return `${counted(firing, 'alert')} firing: ${parts.join(', ')}${over}`;
};
