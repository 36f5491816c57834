import { formatDuration } from '../../core/duration.ts';
import { type Message, wordsFrom } from '../../core/message.ts';
import type { Person } from '../../core/person.ts';
import { sentence } from '../../core/text.ts';
import type { PlanDifference } from '../model/plan-differences.ts';
import type { NewsWords } from './message.ts';
import { differenceWords } from './plan-differences.ts';
import { problemWords, type RebuildProblem } from './planning/problems.ts';

const waiting = (text: string) => ({ text, note: 'waiting', entry: 'change', topic: 'approval' }) as const;

/** Why whoever approved may not by now. */
const gone = {
  no_role: ({ roles }: { readonly roles: readonly string[] }) =>
    roles.length === 0
      ? 'they hold no role any more that allows it, and nobody does'
      : `they hold no role any more that allows it (${roles.join(', ')})`,
  outside: () => 'they are no member of this workspace any more',
  same_person: ({ asker }: { readonly asker: Person }) =>
    `by e-mail address they are the same person as ${asker.name ?? asker.id}, who asked for it`,
};
const goneWords: (why: Message<typeof gone>) => string = wordsFrom(gone);

/** What becomes of a plan and its approval before anything is begun. */
export const approvalNews = {
  /** `validMs`: it is older than that; absent: it is not for what the rebuild does now. */
  approval_lapsed: ({
    by,
    validMs,
  }: {
    readonly by?: Person | undefined;
    readonly validMs?: number | undefined;
  }) => {
    const why =
      validMs === undefined
        ? 'is not for what this rebuild would do now'
        : `is older than ${formatDuration(validMs)}, and nothing has been started since`;
    return waiting(
      `The approval by ${by ? (by.name ?? by.id) : 'somebody'} ${why}: it does not count any more. Nothing was touched. The plan is made once more, to be approved as it is now.`,
    );
  },
  approver_gone: ({ by, why }: { readonly by: Person; readonly why: Message<typeof gone> }) =>
    waiting(
      `The approval by ${by.name ?? by.id} does not count any more: ${goneWords(why)}. Nothing was touched. Another person must approve it.`,
    ),
  still_awaited: ({
    kind,
    ms,
    people,
  }: {
    readonly kind: 'plan' | 'change';
    readonly ms: number;
    /** Who may approve it; Slack ids. */
    readonly people: readonly string[];
  }) => ({
    text: `Still waiting for an approval, for ${formatDuration(ms)} now: ${kind === 'plan' ? 'nothing is touched before another person approves the plan' : 'what was asked for beyond the approved plan is not done before another person approves it'}. The card shows it in full.${people.length === 0 ? ' Nobody is known who may approve it.' : ''}`,
    note: 'still_waiting',
    ...(people.length > 0 && { to: people }),
  }),
  plan_unfit: ({ problems }: { readonly problems: readonly RebuildProblem[] }) =>
    waiting(
      `As things are it cannot begin: ${problems.map(problemWords).map(sentence).join(' ')} Nothing was touched. When that is fixed, approve it (again), or cancel it.`,
    ),
  plan_renewed: ({ changes, hash }: { readonly changes: readonly PlanDifference[]; readonly hash: string }) =>
    waiting(
      `The world has changed since this plan was made: ${changes.map(differenceWords).join(' ') || 'The values of the instance are different.'} Nothing was touched. This is the current plan (plan ${hash.slice(0, 8)}); it must be approved as it is.`,
    ),
} satisfies Record<string, (facts: never) => NewsWords>;
