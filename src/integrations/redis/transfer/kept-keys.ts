/** Keys behind the prefix that are records, or what records need. Whatever else is there is found or made again. */
const kept: readonly RegExp[] = [
  /^(open|closed|gopen|gclosed|books|marks|lanes|due)$/,
  /^(s|a|e|eb|o|n|j|gm|t|dr|once|blocks):/,
  /^l:(?!.*:lease$)/,
  /^handover:/,
  /^dead(:size|:replayed)?$/,
  /^lost(:series|:settled|:rebuilds|:memories)?$/,
  /^audit(:in|:base)?$/,
  /^audit:(i|end):/,
  /^(r|rj|rd|rn|rt|ri|rdue):/,
  /^(rflight|rended|rfailed|freezes)$/,
];

/**
 * Pure: whether a key belongs into an export. Left out: leases and turns (of processes that are gone by then), the pace of
 * posts, the nudges of BullMQ (the resync puts them back), whose the store is and how far a replay came (of this one store alone), and
 * the mark, which is in the first line.
 */
export const isExported = (keyWithoutPrefix: string): boolean =>
  kept.some((pattern) => pattern.test(keyWithoutPrefix));
