/**
 * The store's mark: what tells a store that kept everything from one that lost it. It lies beside the records and in
 * the memory of every process; what Slack and Kafka still know speaks where nobody was alive to remember.
 */
export interface RecoveryMark {
  /** Unique for one unbroken life of the store. */
  readonly epoch: string;
  /** Grows with every epoch of an installation. */
  readonly generation: number;
  /** Grows with every write of records. */
  readonly count: number;
  /** When some process last said that it lives; ms. */
  readonly at: number;
  /** The declaration under which a region works on it; absent where there are no regions. */
  readonly region?: string;
}

/** What is found at a look. */
export interface MarksFound {
  readonly mark?: RecoveryMark;
  /** There are books: events were taken in, perhaps by a version that set no mark. */
  readonly books: boolean;
  /** `farmhand import` is at work there, or died at it. */
  readonly importing?: boolean;
}

export type LossVerdict =
  /** Records are being put there: nothing of them may be worked on. */
  | { readonly is: 'importing' }
  /** As this process left it. */
  | { readonly is: 'whole' }
  /** Records from a version before marks: they are given one. */
  | { readonly is: 'unmarked' }
  /** Somebody else has begun a newer epoch: it is followed. */
  | { readonly is: 'newer' }
  /** Nobody here remembers anything: whether records are missing, only the outside can tell. */
  | { readonly is: 'unsure'; readonly why: 'empty' | 'unattended' }
  /** Records that were written are gone. */
  | { readonly is: 'lost'; readonly why: 'empty' | 'older' };

/** No process said that it lives for longer than this: nobody who remembers may be left; ms. */
const unattendedAfter = 30_000;

/**
 * Pure: whether the store is what `remembered` (the memory of this process; none right after its start) says it must
 * be. A counter that went backwards is an older copy of the store: a snapshot, or a replica that lagged behind. `region` is
 * the declaration that is worked under: of a store that was last worked on under another one, only the outside can tell.
 */
export const judge = (
  remembered: RecoveryMark | undefined,
  { mark, books, importing }: MarksFound,
  now: number,
  region?: string,
): LossVerdict => {
  if (importing) return { is: 'importing' };
  if (!remembered) {
    if (!mark) return books ? { is: 'unmarked' } : { is: 'unsure', why: 'empty' };
    const attended = now - mark.at <= unattendedAfter && mark.region === region;
    return attended ? { is: 'whole' } : { is: 'unsure', why: 'unattended' };
  }
  if (!mark) return { is: 'lost', why: books ? 'older' : 'empty' };
  if (mark.epoch !== remembered.epoch) {
    return mark.generation > remembered.generation ? { is: 'newer' } : { is: 'lost', why: 'older' };
  }
  return mark.count < remembered.count ? { is: 'lost', why: 'older' } : { is: 'whole' };
};

/** The mark that a new epoch begins with; its counter is above all that anybody here remembers. */
export const nextMark = (
  remembered: RecoveryMark | undefined,
  found: RecoveryMark | undefined,
  epoch: string,
  now: number,
  region?: string,
): RecoveryMark => ({
  epoch,
  generation: Math.max(remembered?.generation ?? 0, found?.generation ?? 0) + 1,
  count: Math.max(remembered?.count ?? 0, found?.count ?? 0) + 1,
  at: now,
  ...(region !== undefined && { region }),
});
