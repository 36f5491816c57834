import { formatDuration } from '../../../core/duration.ts';
import { inFull } from '../../../core/person.ts';
import { oneLine } from '../../../core/text.ts';
import { utc } from '../../../core/utc.ts';
import type { Glass, Review } from '../../model/parts/glass.ts';
import type { TicketEntry } from '../../model/parts/told.ts';
import type { Rebuild } from '../../model/rebuild.ts';

type Fact = readonly [name: string, value: string];

/** What the review task says of a broken glass when it is raised: who, why, until when. Plain text. */
export const taskFacts = (
  { id, plan, ticket }: Rebuild,
  { n, by, role, reason, at, until }: Glass,
): readonly Fact[] => [
  ['Rebuild', `${id}, of ${plan.instance.name}`],
  ['Broken by', `${oneLine(inFull(by))}${role === undefined ? '' : `, through the role ${role}`}`],
  ['Broken at', utc(at, 'seconds')],
  ['Reason', reason],
  ['Open until', `${utc(until, 'seconds')} at the latest; it closes by itself`],
  ['Number', `${n} of this rebuild; journal and audit name it beside everything that was done under it`],
  ...(ticket.key === undefined ? [] : [['Ticket of the rebuild', ticket.key] as const]),
];

/** What is asked of the reviewer. */
export const taskAsks = ({ plan }: Rebuild): readonly string[] => [
  'While the glass was broken, approvals, freeze windows and limits did not bar this person. Somebody else who may approve has to look at it:',
  '1. What was ordered under it is commented here when it has closed. Was it what the reason needed, and nothing more?',
  '2. Could an approver have been reached?',
  `3. Say what you found in Slack: Review… on the card of the rebuild or in the approvers’ channel, or /dcr review ${plan.instance.name} <what you found>. Whoever broke the glass cannot. A comment here is not on the record of the rebuild.`,
  'The result is commented here by farmhand.',
];

export const taskTitle = ({ plan, id }: Rebuild, { by }: Glass): string =>
  `Review break-glass by ${by.name ?? by.id} on ${plan.instance.name} (${id})`;

/** Comments of the task, each once: their number is known before they are written. */
const numbers = { closed: 1, reviewed: 2 } as const;

/** The comment for what has come to be so; undefined where it is not so yet. */
export const taskEntry = (glass: Glass, deed: keyof typeof numbers): TicketEntry | undefined => {
  const n = numbers[deed];
  if (deed === 'closed') {
    const { endedAt, at, did } = glass;
    if (endedAt === undefined) return undefined;
    const lines = [
      `The glass is closed, after ${formatDuration(endedAt - at)}: approvals, freeze windows and limits hold again.`,
      ...(did.length === 0
        ? [
            'Nothing was ordered under it; the rebuild itself went on without an approval, as its ticket says.',
          ]
        : ['Ordered under it:', ...did.map((order) => `– ${order}`)]),
      'It is to be reviewed now.',
    ];
    return { n, at: endedAt, kind: 'override', topic: 'glass', lines };
  }
  const { review } = glass;
  return (
    review && {
      n,
      at: review.at,
      kind: 'override',
      topic: 'review',
      by: review.by,
      lines: [...foundOf(review)],
    }
  );
};

const foundOf = ({ verdict, says }: Review): readonly string[] => [
  verdict === 'objected'
    ? 'Not in order: somebody has to follow it up.'
    : verdict === 'in_order'
      ? 'In order.'
      : 'Reviewed.',
  says,
];
