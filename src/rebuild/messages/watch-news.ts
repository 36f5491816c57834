import { formatDuration } from '../../core/duration.ts';
import { capital } from '../../core/text.ts';
import type { Effect } from '../model/parts/effect-state.ts';
import type { Engine } from '../model/parts/instance.ts';
import type { Drift, PodTrouble } from '../model/parts/workloads.ts';
import { type StepName, stepTitle } from '../model/steps.ts';
import type { NewsWords } from './message.ts';
import { troubleText } from './titles.ts';

/** Trouble, told in thread, ticket and chart. */
const trouble = (text: string, marked: string) =>
  ({ text, note: 'error', entry: 'error', mark: 'error', marked }) as const;

const nounOf = ({ role }: Pick<Drift, 'role'>): string => (role === 'farmer' ? 'farmers' : 'synchronizers');

interface FarmersTrouble {
  readonly ready: number;
  readonly wanted: number;
  readonly troubles: readonly PodTrouble[];
  /** What becomes of it. `died`: farmers of a running rebuild. */
  readonly next: { readonly died: Engine } | 'waited for' | 'others go on';
}

const outlook = (facts: FarmersTrouble): string => {
  if (facts.next === 'waited for') return 'Nothing was changed; they are waited for.';
  if (facts.next === 'others go on') return 'Nothing was changed; the others go on.';
  return facts.next.died === 'balance'
    ? 'Their share is done again by the others, or when they are back; nothing needs to be done.'
    : 'On the farm engine a share waits until its farmer is back; new farmers do nothing.';
};

interface Advice {
  readonly target: number;
  /** After its target; ms. */
  readonly lateMs: number;
  readonly advice: /** On the farm engine: what would have met it; absent: not even the maximum. */
    | { readonly fixed: true; readonly farmers?: number | undefined }
    | { readonly maximum: number; readonly instance: string; readonly savesMs: number }
    | { readonly farmers: number; readonly savesMs: number };
}

const advised = ({ target, lateMs, advice }: Advice): string => {
  const present = `With ${target} farmers it is done about ${formatDuration(lateMs)} after its target`;
  if ('fixed' in advice) {
    const could =
      advice.farmers === undefined
        ? 'not even the maximum would have met it'
        : `${advice.farmers} would have met it`;
    return `${present}; ${could}. On the farm engine the number is fixed while it runs: wait, or cancel and start again with more.`;
  }
  const saves = formatDuration(advice.savesMs);
  if ('maximum' in advice) {
    return `${present}. Not even ${advice.maximum} farmers, the most that ${advice.instance} may have, would meet it; they would save about ${saves}.`;
  }
  return `${present}. ${advice.farmers} farmers would meet it: about ${saves} sooner. Nothing was changed; scale to ${advice.farmers} to do that.`;
};

interface Pods {
  readonly wanted: number;
  readonly ready: number;
}

/** What is seen of the world while a rebuild goes on. */
export const watchNews = {
  /** The record may be an older copy of itself. */
  rechecked: ({ farmers, synchronizer }: { readonly farmers: Pods; readonly synchronizer: Pods }) => ({
    text: `farmhand lost what was recorded last, and looked at what is there before it goes on: farmers ${farmers.wanted} wanted, ${farmers.ready} ready; synchronizer ${synchronizer.wanted} wanted, ${synchronizer.ready} ready.`,
    note: 'step',
  }),
  synchronizer_away: ({ trouble: why }: { readonly trouble?: PodTrouble | undefined }) =>
    trouble(
      `The synchronizer is away${why ? ` (${why.pod}: ${why.says})` : ''}. Nothing was changed; its pod is waited for.`,
      'synchronizer away',
    ),
  farmers_trouble: (facts: FarmersTrouble) => {
    const why = troubleText(facts.troubles);
    const text = [
      `${facts.ready} of ${facts.wanted} farmers are ready.`,
      ...(why === '' ? [] : [`${why}.`]),
      outlook(facts),
    ].join(' ');
    return trouble(text, `${facts.ready} of ${facts.wanted} farmers`);
  },
  milestone: ({ percent, leftMs }: { readonly percent: number; readonly leftMs?: number | undefined }) => ({
    text: `${percent} % of the rebuild is done${leftMs === undefined ? '' : `, about ${formatDuration(leftMs)} to go`}.`,
    note: 'milestone',
    chart: true,
  }),
  stalled: ({
    step,
    ms,
    percent,
  }: {
    readonly step: StepName;
    readonly ms: number;
    readonly percent?: number | undefined;
  }) => ({
    text: `${stepTitle[step]} has stood still${percent === undefined ? '' : ` at ${percent} %`} for ${formatDuration(ms)}. Nothing was changed; farmhand goes on watching.`,
    mark: 'error',
    marked: 'stands still',
    // A history update that stands still is a question to a person at once, which tells it.
    ...(step !== 'history' && { note: 'stalled', entry: 'error' }),
  }),
  moving: ({ step, ms }: { readonly step: StepName; readonly ms: number }) => ({
    text: `${stepTitle[step]} moves again, after ${formatDuration(ms)}.`,
    note: 'moving',
    entry: 'row',
  }),
  /** `coming`: our own change that is committed and not in the cluster yet. `adopted`: the record was lost once. */
  drift: ({
    drift,
    target,
    adopted,
    coming,
  }: {
    readonly drift: Drift;
    readonly target: number;
    readonly adopted: boolean;
    readonly coming?: Extract<Effect, { kind: 'scale' }> | undefined;
  }) => {
    const noun = nounOf(drift);
    const who = drift.who ? `${drift.who} changed` : 'Somebody changed';
    const what = drift.what ? ` (${drift.what})` : '';
    const advice =
      drift.role === 'farmer'
        ? `To keep it, scale to ${drift.found}; to go back, scale to ${target}.`
        : 'To bring it back, retry the step.';
    const own = coming
      ? `farmhand's own change (${coming.from} → ${coming.to}) has not arrived yet, and will set it to ${coming.to}. `
      : '';
    return {
      text: `${capital(who)} the ${noun} from ${drift.expected} to ${drift.found}${what}. ${adopted ? 'Nothing on record says that farmhand did; it' : 'farmhand did not, and'} does not fight it. ${own}${advice}`,
      note: 'drift',
      entry: 'error',
      mark: 'drift',
      marked: `${noun} ${drift.expected} → ${drift.found}, not by farmhand`,
    };
  },
  /** `now`: where our own last change made them; absent: they are back at what was expected. */
  drift_gone: ({ drift, now }: { readonly drift: Drift; readonly now?: number | undefined }) => ({
    text:
      now === undefined
        ? `The ${nounOf(drift)} are back at ${drift.expected}; it was not farmhand that changed them.`
        : `The ${nounOf(drift)} are at ${now}, as farmhand's last change says.`,
    note: 'drift',
    entry: 'row',
  }),
  offer: (facts: Advice) => ({ text: advised(facts), note: 'offer' }),
} satisfies Record<string, (facts: never) => NewsWords>;
