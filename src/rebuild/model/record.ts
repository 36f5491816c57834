import type { InterventionCode, Step } from './parts/step.ts';
import type { Rebuild } from './rebuild.ts';
import type { StepName } from './steps.ts';

export const stepOf = (rebuild: Rebuild, name: StepName): Step => {
  const step = rebuild.steps.find((s) => s.name === name);
  if (!step) throw new TypeError(`a rebuild has no step ${name}`);
  return step;
};

/**
 * The first step that is neither done nor skipped; undefined when all are. Once it tears down, that is the teardown:
 * the step that failed stays failed.
 */
export const currentStep = (rebuild: Rebuild): Step | undefined =>
  rebuild.phase === 'cancelling' || rebuild.phase === 'failing'
    ? stepOf(rebuild, 'teardown')
    : rebuild.steps.find(({ state }) => state !== 'done' && state !== 'skipped');

/** What a person is asked at the moment. */
export const openIntervention = (rebuild: Rebuild) => currentStep(rebuild)?.ask;

const asksWhileNothingRuns: readonly InterventionCode[] = [
  'too_few_farmers',
  'history_stalled',
  'rebuild_stalled',
  'rebuild_failed',
  'synchronizer_lost',
  'write_failed',
];

/** Nothing comes nearer to its end: it is paused, and nothing goes on all the same, or its run waits for a person. */
export const standsStill = (rebuild: Rebuild): boolean => {
  const { pause, rest } = rebuild;
  const code = openIntervention(rebuild)?.code;
  const asks = code !== undefined && asksWhileNothingRuns.includes(code);
  return asks || rest !== undefined || (pause?.state === 'paused' && pause.goesOn === undefined);
};

export const hasEnded = ({ phase }: Rebuild): boolean =>
  phase === 'released' || phase === 'cancelled' || phase === 'failed';

/** When it ended, as far as it is known; ms. */
export const endedAt = ({ endedAt: ended, end, steps, at }: Rebuild): number =>
  // An older record does not say it. A cancel or a failure is only where the end began: the teardown comes after it.
  ended ?? Math.max(at, end?.at ?? at, ...steps.map((step) => step.endedAt ?? at));

/** The change of the world that is claimed and has no outcome yet. */
export const openEffect = ({ effects }: Rebuild) => effects.find(({ state }) => state === 'claimed');

/** Time that counts towards limits: since it was made, without pauses and freezes, and without what nobody answered in. ms */
export const activeMs = (rebuild: Rebuild, now: number): number =>
  now -
  rebuild.at -
  rebuild.pausedMs -
  (rebuild.pause?.pausedAt === undefined ? 0 : now - rebuild.pause.pausedAt) -
  (rebuild.restedMs ?? 0) -
  restingMs(rebuild, now) -
  (rebuild.frozenMs ?? 0) -
  frozenMsOf(rebuild, now);

/** How long it has been frozen by now, where no pause and no rest counts that time already; ms. */
export const frozenMsOf = (
  { frozen, rest, pause }: Pick<Rebuild, 'frozen' | 'rest' | 'pause'>,
  now: number,
): number =>
  frozen === undefined || rest !== undefined ? 0 : Math.max(0, (pause?.pausedAt ?? now) - frozen.at);

/** A step whose time stood still for so long: what was due is due that much later. */
export const later = (step: Step, ms: number): Step => ({
  ...step,
  ...(step.deadline !== undefined && step.endedAt === undefined && { deadline: step.deadline + ms }),
  ...(step.ask && {
    ask: {
      ...step.ask,
      ...(step.ask.until !== undefined && { until: step.ask.until + ms }),
      ...(step.ask.kept && { kept: { ...step.ask.kept, until: step.ask.kept.until + ms } }),
    },
  }),
});

/** How long its farmers have been down by now because nobody answers, without a pause since; ms. */
export const restingMs = ({ rest, pause }: Pick<Rebuild, 'rest' | 'pause'>, now: number): number =>
  rest === undefined ? 0 : Math.max(0, (pause?.pausedAt ?? now) - rest.at);

/** How far the rebuild ever came: a recovery begins further back, and its work is there all the same. Percent. */
export const reachedOf = (rebuild: Rebuild): number => {
  const { reached = 0, progress } = rebuild;
  const { state } = stepOf(rebuild, 'rebuild');
  return state === 'done' ? 100 : Math.max(reached, progress?.of === 'rebuild' ? progress.percent : 0);
};

/** What is remembered of it when what is known of the run is dropped. */
export const withReached = (rebuild: Rebuild): Rebuild => {
  const reached = reachedOf(rebuild);
  return reached > 0 ? { ...rebuild, reached } : rebuild;
};

/** How long it may take in all: by the config of now, and what people granted besides. ms */
export const limitOf = ({ overrides }: Rebuild, { limit }: { readonly limit: number }): number =>
  overrides.reduce((sum, { kind, amount = 0 }) => (kind === 'extend_limit' ? sum + amount : sum), limit);

/** When `word` was said, or what it stands for happened; ms. */
export const wasTold = ({ told }: Rebuild, word: string): number | undefined => told?.[word];

/** Forced by the plan, or by an override since. */
export const isForced = ({ plan, overrides }: Rebuild): boolean =>
  plan.forced || overrides.some(({ kind }) => kind === 'force');

/** The last word on the guardian: kept, dropped, or left to the propagation. */
export const guardianOrder = ({ overrides }: Rebuild): 'keep' | 'drop' | undefined => {
  const last = overrides.findLast(({ kind }) => kind === 'keep_guardian' || kind === 'drop_guardian');
  return last && (last.kind === 'keep_guardian' ? 'keep' : 'drop');
};

/** Told to keep the farmers when everything else is torn down. */
export const keepsFarmers = ({ overrides }: Rebuild): boolean =>
  overrides.some(({ kind }) => kind === 'keep_farmers');

/** Why nothing more may be changed for a rebuild: its ticket is not the evidence that its rule asks for. */
export type TicketInTheWay =
  | { readonly why: 'closed'; readonly by?: string }
  | { readonly why: 'deleted' }
  /** Jira does not answer, and something is still to be written. */
  | { readonly why: 'unreachable'; readonly error: string };

/** Undefined: nothing is in the way, or a person said to go on all the same. Pause and cancel never ask. */
export const ticketInTheWay = ({ ticket, overrides }: Rebuild): TicketInTheWay | undefined => {
  const { hold, rule, entries, attempts, error } = ticket;
  const settled = overrides.findLast(({ kind }) => kind === 'without_ticket')?.at;
  if (hold && (settled === undefined || settled < hold.since)) {
    return hold.why === 'closed' && hold.by !== undefined
      ? { why: 'closed', by: hold.by }
      : { why: hold.why };
  }
  const late = ticket.state === 'open' && entries.length > 0 && attempts > 0 && error !== undefined;
  if (rule?.unreachable !== 'hold' || !late || settled !== undefined) return undefined;
  return { why: 'unreachable', error };
};
