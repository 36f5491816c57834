/**
 * ok: as farmhand needs it. warn: it goes on, and something less will not work. fail: `serve` would not do its work.
 * unknown: it could not be looked at. skipped: nobody asked for it, and it says nothing.
 */
export type FindingState = 'ok' | 'warn' | 'fail' | 'unknown' | 'skipped';

/** One thing that was looked at. Plain text, without secrets. */
export interface Finding {
  /** What it is about: `slack`, `kafka`, `clock` … */
  readonly check: string;
  readonly state: FindingState;
  readonly says: string;
  /** What to do, where there is something to do. */
  readonly fix?: string;
}

export interface DoctorReport {
  readonly farmhand: string;
  /** RFC 3339. */
  readonly at: string;
  readonly config: string;
  readonly verdict: FindingState;
  readonly findings: readonly Finding[];
}

/** The worst first: what fails is known, what was not seen may be worse than what is warned of. */
const worstFirst: readonly FindingState[] = ['fail', 'unknown', 'warn', 'ok'];

export const verdictOf = (findings: readonly Finding[]): FindingState =>
  worstFirst.find((state) => findings.some((finding) => finding.state === state)) ?? 'ok';

/** Findings of one part, in the order of the parts. */
export const finding = (check: string, state: FindingState, says: string, fix?: string): Finding => ({
  check,
  state,
  says,
  ...(fix !== undefined && { fix }),
});

/** How far this machine's clock may be off, ms. Slack refuses signatures, and farmhand events, by minutes. */
const skewLimits = { warn: 5_000, fail: 60_000 } as const;

/** What a clock elsewhere says of this machine's. `doubt`: how far the reading itself may be off, ms. */
export const clockFinding = (whose: string, skew: number, doubt: number): Finding => {
  const off = Math.max(0, Math.abs(skew) - doubt);
  const state = off > skewLimits.fail ? 'fail' : off > skewLimits.warn ? 'warn' : 'ok';
  if (state === 'ok') return finding('clock', 'ok', `agrees with ${whose}`);
  const way = skew > 0 ? 'behind' : 'ahead of';
  return finding(
    'clock',
    state,
    `is ${Math.round(off / 1000)} s ${way} ${whose}`,
    'Have both kept by NTP (chrony on the node). Signatures of Slack, validity of events, approvals and freeze windows go by it.',
  );
};
