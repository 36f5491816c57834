import { formatDuration } from '../../../core/duration.ts';
import { type Message, wordsFrom } from '../../../core/message.ts';
import type { Person } from '../../../core/person.ts';
import { utc } from '../../../core/utc.ts';
import type { Excess } from '../../model/authority.ts';
import type { Verdict } from '../../model/parts/glass.ts';
import type { Authority } from '../../model/parts/grant.ts';
import type { OverrideKind, Pause, WiderOrder } from '../../model/parts/orders.ts';
import type { PlannedChange } from '../../model/parts/plan.ts';
import { type StepName, stepTitle } from '../../model/steps.ts';
import { authorityWords, excessWords, orderWords } from '../authority.ts';
import type { NewsWords } from '../message.ts';
import { type CommandDenied, deniedWords } from './denials.ts';

/** What is answered, and told in thread and ticket: in the same words, unless `text` has others. */
interface CommandWords extends Omit<NewsWords, 'text'> {
  readonly says: string;
  readonly text?: string;
}

interface Of {
  readonly instance: string;
}
interface InStep extends Of {
  readonly step?: StepName | undefined;
}
interface AtStep {
  readonly step: StepName;
}
/** `hash`: of all that was approved; SHA-256, hex. */
interface Approved {
  readonly authority: Authority;
  readonly hash: string;
}
/** What became of an order when it was approved: done as `by` asked for it, or refused by then. */
type OrderDecided =
  | { readonly order: WiderOrder; readonly by: Person }
  | { readonly order: WiderOrder; readonly denied: CommandDenied };

const inStep = (step: StepName | undefined): string => (step ? ` in the step ${stepTitle[step]}` : '');

const overridden = (kind: OverrideKind, says: string) =>
  ({
    says,
    text: `Override: ${says}`,
    note: 'override',
    entry: 'override',
    mark: 'override',
    marked: kind.replaceAll('_', ' '),
  }) as const;

const approvedAs = (hash: string): string => `What was approved, as SHA-256: ${hash}`;

const decidedWords = (decided: OrderDecided): string =>
  'by' in decided
    ? `Approved: ${orderWords(decided.order)}, as ${decided.by.name ?? decided.by.id} asked.`
    : `Not done any more: ${orderWords(decided.order)}. ${deniedWords(decided.denied).join(' ')}`;

const scaled = {
  at_start: (instance: string, from: number, to: number) =>
    `${instance} will start with ${to} farmers instead of ${from}.`,
  when_resumed: (instance: string, from: number, to: number) =>
    `${instance} goes from ${from} to ${to} farmers when it is resumed.`,
  now: (instance: string, from: number, to: number) => `${instance} goes from ${from} to ${to} farmers.`,
};

const commandNews = {
  scale: ({
    instance,
    from,
    to,
    takes,
  }: Of & { readonly from: number; readonly to: number; readonly takes: keyof typeof scaled }) => ({
    says: scaled[takes](instance, from, to),
    note: 'scaled',
    // The change itself is the comment, with who asked for it.
    entry: 'row',
    mark: 'scale',
    marked: `${from} → ${to} farmers`,
  }),
  /** `flight`: a change is under way. */
  pause: ({ instance, step, flight }: InStep & { readonly flight: boolean }) => ({
    says: `Pausing ${instance}${inStep(step)}: ${
      flight ? 'what is under way is finished first, and ' : ''
    }nothing new is begun.`,
    note: 'pausing',
    entry: 'row',
    mark: 'pause',
    marked: 'paused',
  }),
  resume: ({ instance, step, lastedMs }: InStep & { readonly lastedMs: number }) => ({
    says: `${instance} goes on${inStep(step)}, after a pause of ${formatDuration(lastedMs)}.`,
    note: 'resumed',
    entry: 'row',
    mark: 'resume',
    marked: 'resumed',
  }),
  /** `up`: farmers or synchronizer are. `frozen`: by people, so that nothing is taken down yet. */
  cancel: ({ instance, up, frozen }: Of & { readonly up: boolean; readonly frozen: boolean }) => ({
    says: `Cancelling ${instance}: ${
      up
        ? frozen
          ? 'it is frozen, so farmers and synchronizer stay up until the thaw; then they go down, and it ends when they are gone.'
          : 'farmers and synchronizer go down now, and it ends when they are gone.'
        : 'nothing was touched yet.'
    }`,
    note: 'cancelling',
    entry: 'row',
  }),
  retry: ({ instance, step }: Of & AtStep) => ({
    says: `${instance}: the step ${stepTitle[step]} begins once more.`,
    note: 'override',
  }),
  withdraw: ({ orders }: { readonly orders: readonly WiderOrder[] }) => ({
    says: `Withdrawn: ${orders.map(orderWords).join(', ')}. It was not done, and nobody need approve it any more.`,
    note: 'waiting',
    topic: 'taken_back',
  }),
  break_glass: ({
    instance,
    untilMs,
    lastsMs,
  }: Of & { readonly untilMs: number; readonly lastsMs: number }) => ({
    says: `The glass is broken for ${instance}, for ${formatDuration(lastsMs)} (until ${utc(untilMs)}): approvals, freeze windows and limits do not bar you, nor the rebuild as it stands. Everything is on record as done under it. It closes by itself, and another person has to review it: /dcr review ${instance} <what you found>.`,
    text: `Break-glass: the glass is broken for ${instance}, for ${formatDuration(lastsMs)} (until ${utc(untilMs)}). Approvals, freeze windows and limits do not bar whoever broke it. It closes by itself; another person has to review it: /dcr review ${instance} <what you found>.`,
    note: 'glass',
    entry: 'override',
    mark: 'override',
    marked: 'glass broken',
  }),
  review: ({
    instance,
    by,
    says,
    verdict,
  }: Of & { readonly by: Person; readonly says: string; readonly verdict: Verdict }) => ({
    says: `What ${by.name ?? by.id} did under the broken glass of ${instance} is reviewed, and ${verdict === 'in_order' ? 'in order' : 'not in order, so it must be followed up'}: ${says}`,
    note: 'approved',
    entry: 'override',
  }),
  revoke: ({ instance }: Of) => ({
    says: `The approval of ${instance} is taken back by whoever gave it. Nothing was touched; the plan is made once more, and another person must approve it before anything is.`,
    note: 'waiting',
    topic: 'taken_back',
    entry: 'change',
  }),
  /** It goes beyond what was approved, and waits for another person. */
  asked: ({ order, excess }: { readonly order: WiderOrder; readonly excess: readonly Excess[] }) => ({
    what: `asked_${order.verb}`,
    says: `Asked for, not done: ${orderWords(order)}. It goes beyond what was approved (${excess.map(excessWords).join('; ')}). Nothing was changed; another person must approve it.`,
    note: 'waiting',
    topic: 'request',
  }),
  confirm: ({ instance }: Of) => ({
    says: `The rebuild of ${instance} is confirmed: no person had asked for it. Now another person must approve it; nothing is touched before that.`,
    note: 'approved',
    topic: 'request',
  }),
  approve_plan: ({
    instance,
    plan,
    authority,
    validMs,
    hash,
  }: Of &
    Approved & {
      readonly plan: { readonly hash: string; readonly changes: readonly PlannedChange[] };
      readonly validMs: number;
    }) => ({
    what: 'approve',
    says: `The rebuild of ${instance} is approved (plan ${plan.hash.slice(0, 8)}): ${authorityWords(authority)}. If nothing has been started in ${formatDuration(validMs)}, it must be approved again.`,
    note: 'approved',
    topic: 'approval',
    lines: [
      ...plan.changes.map(({ what, where, from, to }) => `${what} (${where}): ${from} → ${to}`),
      approvedAs(hash),
    ],
  }),
  approve_change: ({
    decided,
    authority,
    hash,
  }: Approved & { readonly decided: readonly OrderDecided[] }) => ({
    what: 'approve',
    says: decided.map(decidedWords).join(' '),
    note: 'approved',
    topic: 'approval',
    lines: [`It may now: ${authorityWords(authority)}.`, approvedAs(hash)],
  }),

  override_skip_step: ({ step }: AtStep) =>
    overridden('skip_step', `the step ${stepTitle[step]} is skipped.`),
  override_accept_farmers: ({ farmers, minimum }: { readonly farmers: number; readonly minimum: number }) =>
    overridden(
      'accept_farmers',
      `${farmers === 1 ? '1 farmer is' : `${farmers} farmers are`} enough, instead of ${minimum}.`,
    ),
  override_extend_deadline: ({ step, ms }: AtStep & { readonly ms: number }) =>
    overridden('extend_deadline', `the step ${stepTitle[step]} may take ${formatDuration(ms)} longer.`),
  override_extend_limit: ({ ms }: { readonly ms: number }) =>
    overridden('extend_limit', `the whole rebuild may take ${formatDuration(ms)} longer than its limit.`),
  override_farmers_stay: ({ ms }: { readonly ms: number }) =>
    overridden(
      'extend_deadline',
      `the farmers stay up ${formatDuration(ms)} longer while it waits for an answer.`,
    ),
  /** `begun`: the rebuild itself is. */
  override_force: ({ begun }: { readonly begun: boolean }) =>
    overridden(
      'force',
      begun
        ? 'the rebuild is forced from its next try on; override “retry from Rebuild” to begin it again.'
        : 'the rebuild will be forced.',
    ),
  override_retry_from: ({ step }: AtStep) =>
    overridden(
      'retry_from',
      `it goes back to the step ${stepTitle[step]}; what comes after it is done again.`,
    ),
  override_keep_farmers: () =>
    overridden(
      'keep_farmers',
      'the farmers stay up when it ends. They cost money until somebody scales them down.',
    ),
  override_without_ticket: () =>
    overridden('without_ticket', 'it goes on although its ticket is closed, deleted or behind.'),
  override_keep_guardian: () => overridden('keep_guardian', 'the guardian stays up until somebody drops it.'),
  override_drop_guardian: () =>
    overridden(
      'drop_guardian',
      'the guardian is released when its time comes, or now where it only waits for that.',
    ),
} satisfies Record<string, (facts: never) => CommandWords>;

/** What a command has done. */
export type CommandDone = Message<typeof commandNews>;

export const doneWords: (done: CommandDone) => CommandWords = wordsFrom(commandNews);

/** The reason on record where a person gave none. */
export const unsaid = {
  start: 'no reason was given',
  withdraw: 'withdrawn by whoever asked for it',
} as const;

const already = {
  same_number: ({ instance, farmers }: Of & { readonly farmers: number }) =>
    `${instance} has ${farmers} farmers as its number already.`,
  paused: ({ instance, pause }: Of & { readonly pause: Pause }) =>
    `${instance} is ${pause.state} already, by ${pause.by.name ?? pause.by.id}, because: ${pause.reason}`,
  not_paused: ({ instance }: Of) => `${instance} is not paused.`,
  all_done: () => 'All steps are done; there is nothing to retry.',
  asked: ({ order }: { readonly order: WiderOrder }) =>
    `You asked to ${orderWords(order)} already, and it waits to be approved by somebody else.`,
  /** `more`: was asked for since. */
  approved: ({ by, more }: { readonly by: Person; readonly more: boolean }) =>
    `It was approved already, by ${by.name ?? by.id}.${more ? ' More was asked for since; this did not approve it.' : ''}`,
  glass_open: ({ until }: { readonly until: number }) =>
    `You have broken the glass already: it is open until ${utc(until)}.`,
  confirmed: () => 'You confirmed it already. Now another person must approve it.',
};

/** Why a command changes nothing: it is so already. */
export type AlreadySo = Message<typeof already>;

export const alreadyWords = wordsFrom(already);
