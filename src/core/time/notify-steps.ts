/** One step of a list of whom to tell, while nobody reacts. */
export interface NotifyStep {
  /** From when it began; ms. */
  readonly after: number;
  /** Slack ids of people and user groups, `channel`, `here`, or a word that whoever tells knows, such as `role`. */
  readonly mention: readonly string[];
}

/** What is to be said by now, where the first `told` of the list are said already. What was missed is said in one go. */
export const dueSteps = (
  steps: readonly NotifyStep[],
  since: number,
  told: number,
  now: number,
): readonly NotifyStep[] => steps.slice(told).filter(({ after }) => since + after <= now);

/** When the next one is due; undefined: all are said. ms */
export const nextStepAt = (steps: readonly NotifyStep[], since: number, told: number): number | undefined => {
  const step = steps[told];
  return step && since + step.after;
};
