import { formatDuration } from '../../core/duration.ts';
import type { Person } from '../../core/person.ts';
import { counted } from '../../core/text.ts';
import type { RebuildCommand } from '../model/command.ts';
import type { HeldBack } from '../model/rules/held.ts';
import { orderWords } from './authority.ts';
import type { NewsWords } from './message.ts';
import { heldRaiseWords } from './rules/frozen.ts';

/** What was ordered, as a list of it reads. */
export const markedWords = (command: RebuildCommand): string =>
  command.verb === 'scale' || command.verb === 'override'
    ? orderWords(command)
    : command.verb.replaceAll('_', ' ');

const nameOf = ({ name, id }: Person): string => name ?? id;

/** What policy holds back, and how a broken glass ends. */
export const rulesNews = {
  raise_held: ({ held }: { readonly held: HeldBack }) => ({
    text: heldRaiseWords(held),
    note: 'waiting',
    entry: 'row',
  }),
  /** `last`: nobody is reminded any more. */
  still_unreviewed: ({
    instance,
    by,
    ms,
    people,
    last,
  }: {
    readonly instance: string;
    readonly by: Person;
    readonly ms: number;
    /** Who may review it; Slack ids. */
    readonly people: readonly string[];
    readonly last: boolean;
  }) => ({
    text: `Nobody has reviewed what ${nameOf(by)} did under the broken glass of ${instance}, which closed ${formatDuration(ms)} ago. Somebody else who may approve looks at it and says what they found: Review… on the card, or /dcr review ${instance} <what you found>.${people.length === 0 ? ' Nobody is known who may review it.' : ''}${last ? ' This is the last reminder; the audit keeps that it was never reviewed.' : ''}`,
    note: 'still_waiting',
    ...(people.length > 0 && { to: people }),
  }),
  /** `waits`: not all that it does is approved. */
  glass_closed: ({
    by,
    did,
    lastedMs,
    waits,
  }: {
    readonly by: Person;
    readonly did: readonly string[];
    readonly lastedMs: number;
    readonly waits: boolean;
  }) => ({
    text: [
      `The glass that ${nameOf(by)} broke is closed, after ${formatDuration(lastedMs)}: approvals, freeze windows and limits hold again.`,
      did.length === 0
        ? 'Nothing was ordered under it.'
        : `Under it ${counted(did.length, 'order')} ${did.length === 1 ? 'was' : 'were'} given: ${did.join('; ')}.`,
      waits
        ? 'What is under way is finished; before the next change another person must approve what the rebuild does.'
        : 'The rebuild goes on.',
      'Somebody else who may approve has to review it: Review… on the card, or /dcr review.',
    ].join(' '),
    note: 'override',
    entry: 'override',
    mark: 'override',
    marked: 'glass closed',
  }),
} satisfies Record<string, (facts: never) => NewsWords>;
