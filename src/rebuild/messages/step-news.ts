import { formatDuration } from '../../core/duration.ts';
import { counted, sentence } from '../../core/text.ts';
import { clockTime } from '../../core/time/clock-words.ts';
import type { QuietHours } from '../../core/time/quiet-hours.ts';
import type { CachesTable } from '../model/caches.ts';
import type { KeptFarmers, Price, Rest } from '../model/parts/kept.ts';
import type { Pause } from '../model/parts/orders.ts';
import type { Intervention } from '../model/parts/step.ts';
import type { Phase } from '../model/rebuild.ts';
import { type StepName, stepTitle } from '../model/steps.ts';
import { cachesTable } from './caches.ts';
import type { NewsWords } from './message.ts';
import { hourly, keptWords, moneyWords } from './steps/kept-words.ts';
import { failureWords, type RunFailure } from './steps/missing.ts';

interface StillAsked {
  readonly ms: number;
  readonly ask: Intervention;
  readonly to: readonly string[];
  readonly farmers: number;
  /** What they have cost since it was asked. */
  readonly cost?: Price | undefined;
  readonly rest?: Rest | undefined;
}

const stillAsked = ({ ms, ask, farmers, cost, rest }: StillAsked): string => {
  const waits = `Nobody has answered for ${formatDuration(ms)}: ${ask.what}`;
  const up =
    rest !== undefined
      ? ` Its ${counted(rest.farmers, 'farmer')} are down since; the synchronizer keeps the work.`
      : farmers > 0
        ? ` ${counted(farmers, 'farmer')} ${farmers === 1 ? 'is' : 'are'} up meanwhile${cost ? `, and cost ${moneyWords(cost)} since it was asked` : ''}.`
        : '';
  return `${waits}${up}`;
};

interface Held {
  readonly hours: Pick<QuietHours, 'name' | 'zone'>;
  readonly until: number;
}

const heldWords = (held: Held | undefined): string =>
  held
    ? ` Nobody is mentioned before ${clockTime(held.until, held.hours.zone)} (quiet hours ${held.hours.name}).`
    : '';

interface FarmersUp {
  readonly ready: number;
  readonly target: number;
  readonly minimum: number;
  /** Why they are enough. `late`: after so long; ms. */
  readonly why: 'all' | 'minimum' | 'accepted' | { readonly lateMs: number };
}

const farmersUp = ({ ready, target, minimum, why }: FarmersUp): string => {
  if (why === 'all') {
    return `${counted(ready, 'farmer')} ${ready === 1 ? 'is' : 'are'} ready; the rebuild begins.`;
  }
  if (why === 'minimum') {
    return `${ready} of ${target} farmers are ready, enough to begin (minimum ${minimum}); the others join when they are up.`;
  }
  const how = why === 'accepted' ? ', as accepted' : ` after ${formatDuration(why.lateMs)}`;
  return `Goes on with ${ready} of ${target} farmers${how} (minimum ${minimum}). On the farm engine later ones will do nothing.`;
};

const inStep = (step: StepName | undefined): string => (step ? ` in the step ${stepTitle[step]}` : '');
const nameOf = ({ by }: Pause): string => by.name ?? by.id;

/** A step has come on, told in the thread; of the ticket a row. */
const moved = (text: string) => ({ text, note: 'step', entry: 'row' }) as const;

/** What the steps of a rebuild announce, from its beginning to its end. */
export const stepNews = {
  begins: ({ step, attempt }: { readonly step: StepName; readonly attempt: number }) => ({
    what: `begin_${step}`,
    text: `The step ${stepTitle[step]} begins${attempt > 1 ? `, attempt ${attempt}` : ''}.`,
    // When each began and ended is a table of the ticket: only that one is begun once more is worth a row.
    ...(attempt > 1 && { entry: 'row' }),
    mark: 'step',
    marked: stepTitle[step],
  }),
  /** `up`: the synchronizer is ready; else whatever was asked has answered itself. */
  goes_on: ({ step }: { readonly step: StepName | 'up' }) =>
    moved(
      step === 'up'
        ? 'The synchronizer is ready; nobody is needed any more.'
        : `${stepTitle[step]} goes on: nobody is needed any more.`,
    ),
  /** `caches`: how far they are, where it is about them. */
  asks: ({
    ask,
    caches,
    to = [],
    held,
  }: {
    readonly ask: Intervention;
    readonly caches?: CachesTable | undefined;
    /** Whoever is to hear of it at once; Slack ids. */
    readonly to?: readonly string[];
    /** The quiet hours in which nobody hears of it before they end. */
    readonly held?: Held | undefined;
  }) => {
    const planned = ask.code === 'approval' || ask.code === 'guardian';
    return {
      what: `ask_${ask.code}`,
      text: planned ? ask.what : `Manual intervention required: ${ask.what}${heldWords(held)}`,
      lines: ask.options,
      note: 'waiting',
      entry: planned ? 'row' : 'error',
      ...(!planned && caches && { table: cachesTable(caches) }),
      ...(!planned && { mark: 'error', marked: ask.code.replaceAll('_', ' ') }),
      ...(to.length > 0 && { to }),
    };
  },
  /** The question that would have ended it does not, since there is work to lose. */
  work_kept: ({ kept }: { readonly kept?: KeptFarmers | undefined }) => ({
    text: `Nobody answered, and there is work to lose: it is not ended. ${keptWords(kept)}`,
    note: 'waiting',
    entry: 'row',
  }),
  /** Nobody answered for as long as they were to stay. */
  farmers_rest: ({
    farmers,
    waitedMs,
    kept: { price },
  }: {
    readonly farmers: number;
    readonly waitedMs: number;
    readonly kept: KeptFarmers;
  }) => ({
    text: `Nobody answered for ${formatDuration(waitedMs)}, so the ${counted(farmers, 'farmer')} go to 0${
      price ? `, which ${farmers === 1 ? 'costs' : 'cost'} ${moneyWords(hourly(price, farmers))} an hour` : ''
    }. The work is not thrown away: the synchronizer stays up with it, and the question stays open. Retry brings them up again.`,
    note: 'waiting',
    entry: 'change',
    mark: 'scale',
    marked: `farmers ${farmers} → 0, nobody answered`,
  }),
  /** Whoever is to hear of an open question by now. */
  still_asked: (facts: StillAsked) => ({
    text: stillAsked(facts),
    note: 'still_waiting',
    ...(facts.to.length > 0 && { to: facts.to }),
  }),
  limit_near: ({
    percent,
    leftMs,
    limitMs,
    to,
  }: {
    readonly percent: number;
    readonly leftMs: number;
    readonly limitMs: number;
    readonly to: readonly string[];
  }) => ({
    text: `It has used ${percent} % of the ${formatDuration(limitMs)} that a rebuild may take: in ${formatDuration(leftMs)} it fails, and is torn down. Override, extend the limit, gives it longer.`,
    note: percent >= 90 ? 'error' : 'still_waiting',
    entry: percent >= 90 ? 'error' : 'row',
    mark: 'error',
    marked: `${percent} % of its time`,
    ...(to.length > 0 && { to }),
  }),
  /** `first`: the news of it; `others`: what is known besides. */
  failing: ({
    step,
    first,
    others,
    touched,
  }: {
    readonly step: StepName;
    readonly first: string;
    readonly others: readonly string[];
    readonly touched: boolean;
  }) => ({
    text: `${stepTitle[step]} failed: ${sentence(first)} ${touched ? 'It is torn down now.' : 'Nothing was touched.'}`,
    lines: others,
    note: 'error',
    entry: 'error',
    mark: 'error',
    marked: `${stepTitle[step]} failed`,
  }),
  farmers_up: (facts: FarmersUp) => moved(farmersUp(facts)),
  rebuilt: () => moved('The rebuild itself is done.'),
  recover: () => ({
    text: 'The synchronizer died and lost the run. It is back, and the rebuild goes on from its cache file in S3.',
    note: 'error',
    entry: 'error',
    mark: 'error',
    marked: 'recovered',
  }),
  written: () => moved('The caches are written to S3.'),
  write_again: (failure: RunFailure) => ({
    text: `Writing the caches failed (${failureWords(failure)}); it is tried once more. The rebuild itself is safe in the synchronizer.`,
    note: 'error',
    entry: 'error',
    mark: 'error',
    marked: 'write failed',
  }),
  farmers_kept: ({ farmers }: { readonly farmers: number }) =>
    moved(
      `${counted(farmers, 'farmer')} stay up, as was asked. They cost money until somebody scales them down.`,
    ),
  farmers_gone: () => moved('The farmers are gone; the synchronizer stays as guardian.'),
  propagated: (caches: CachesTable) => ({
    text:
      caches.frontends.length === 0
        ? 'There is no frontend to take the caches.'
        : `All ${caches.frontends.length} frontends have the new caches.`,
    note: 'step',
    entry: 'change',
    topic: 'caches',
    table: cachesTable(caches),
  }),
  paused: ({ pause, step }: { readonly pause: Pause; readonly step?: StepName | undefined }) => ({
    text: `Paused${inStep(step)} by ${nameOf(pause)}, because: ${sentence(pause.reason)}${pause.goesOn === undefined ? '' : ` What a pause cannot stop: ${pause.goesOn}.`}`,
    note: 'paused',
    entry: 'row',
  }),
  still_paused: ({ pause, ms }: { readonly pause: Pause; readonly ms: number }) => ({
    text: `Still paused, for ${formatDuration(ms)} now, by ${nameOf(pause)}, because: ${sentence(pause.reason)}${pause.goesOn === undefined ? '' : ` Meanwhile ${pause.goesOn}.`} Resume or cancel it.`,
    note: 'still_paused',
  }),
  /** `report`: its closing report, a paragraph each. `kept`: what stays up, as was asked. */
  ended: ({
    phase,
    report,
    kept,
    chart,
  }: {
    readonly phase: Extract<Phase, 'released' | 'cancelled' | 'failed'>;
    readonly report: readonly [string, ...string[]];
    readonly kept: { readonly farmers: number; readonly guardian: boolean };
    readonly chart: boolean;
  }) => {
    const [summary, ...lines] = report;
    const up = [
      ...(kept.farmers > 0 ? [`${counted(kept.farmers, 'farmer')} stay up, as was asked.`] : []),
      ...(kept.guardian ? ['The guardian stays up, as was asked.'] : []),
    ];
    return {
      what: phase,
      text: [summary, ...up].join(' '),
      lines,
      note: 'ended',
      ...(chart && { chart: true }),
      entry: 'closing',
      mark: 'end',
      marked: phase,
    };
  },
} satisfies Record<string, (facts: never) => NewsWords>;
