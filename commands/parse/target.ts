/** A name as people paste it: without quotes, back-ticks, a colon behind it, or capitals. */
export const tidyTarget = (word: string): string => word.replace(/^[`'"*]+|[`'"*,:;.]+$/g, '').toLowerCase();

/** What is wrong with the name of an instance, or a rebuild's id. */
export const targetProblem = (word: string | undefined): string[] => {
  if (word === undefined || word === '') return ['Say which instance.'];
  return /^[a-z0-9][a-z0-9-]{0,79}$/.test(tidyTarget(word))
    ? []
    : [`“${word.slice(0, 60)}” is not the name of an instance.`];
};

/** `system6-20261120-1`: what an instance's name cannot be taken for. */
export const isRebuildId = (target: string): boolean => /^[a-z0-9][a-z0-9-]*-\d{8}-\d+$/.test(target);

/** The instance in the name of an instance, or in a rebuild's id. */
export const instanceNamed = (target: string): string =>
  isRebuildId(target) ? target.replace(/-\d{8}-\d+$/, '') : target;

/** What is wrong with a number of farmers; the instance's own limits are checked where they are known. */
export const farmersProblem = (text: string): string[] => {
  if (text === '') return ['Say how many farmers.'];
  const shown = text.slice(0, 60);
  if (/^0+$/.test(text)) return [`${shown} farmers are too few: 1 at least.`];
  if (/^\d{1,9}$/.test(text)) return [];
  return [
    /^\d+$/.test(text)
      ? `${shown} farmers are more than any instance takes; the maximum is in its values file.`
      : `“${shown}” is not a number of farmers.`,
  ];
};
