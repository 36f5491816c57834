/** Records that were gone before they were read: retention was shorter than the outage. */
export interface OffsetGap {
  readonly topic: string;
  readonly partition: number;
  /** The first record that is missing; undefined when nobody knows where reading had stopped. */
  readonly from?: string;
  /** Reading goes on here, at the earliest that is left. */
  readonly to: string;
  /** How many; undefined when the topic was made anew or cut, so that nobody can tell. */
  readonly missing?: number;
  /** The topic was deleted and made again: what was not read of the old one is gone. */
  readonly remade?: true;
}

/** The gap between where reading had stopped and the earliest record that is left. */
export const offsetGapOf = (
  place: { readonly topic: string; readonly partition: number },
  stoppedAt: string | undefined,
  earliest: string,
): OffsetGap => {
  if (stoppedAt === undefined) return { ...place, to: earliest };
  const missing = BigInt(earliest) - BigInt(stoppedAt);
  const gap = { ...place, from: stoppedAt, to: earliest };
  return missing > 0n ? { ...gap, missing: Number(missing) } : gap;
};
