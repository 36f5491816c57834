/**
 * Which of two regions works. Both see one channel in Slack, where a person's word stands: a *declaration*. The newest one
 * counts, whatever a region thinks of itself; docs/adr/0022 says why it is kept there. Times in ms.
 */
export interface Declaration {
  /** Its place in the channel, given by Slack: never the same twice, and later ones are greater. */
  readonly ts: string;
  /** The region that works from then on. */
  readonly region: string;
  /** The declaration before it; absent: it is the first one. */
  readonly after?: string;
  readonly by: string;
  readonly why: string;
}

/** A declaration before it has its place. */
export type Declaring = Omit<Declaration, 'ts'>;

/** What a region has seen in the channel. */
export interface RegionSeen {
  /** Absent: there is none. */
  readonly newest?: Declaration;
}

/** How a region stands to the declarations. */
export type RegionStanding =
  /** Nobody could be asked for longer than the lease: another region may have been promoted. */
  | { readonly is: 'unknown'; readonly why: string }
  /** No region was promoted yet. */
  | { readonly is: 'undeclared' }
  | { readonly is: 'standby'; readonly active: Declaration }
  | { readonly is: 'active'; readonly declaration: Declaration };

/** Pure: how region `own` stands. What was seen counts for `lease`, from when it was asked for; `age`: how long that is ago. */
export const regionStanding = (
  own: string,
  seen: (RegionSeen & { readonly age: number }) | undefined,
  { lease, trouble }: { readonly lease: number; readonly trouble?: string | undefined },
): RegionStanding => {
  if (!seen || seen.age >= lease) {
    return { is: 'unknown', why: trouble ?? 'its channel was not read lately' };
  }
  const { newest } = seen;
  if (!newest) return { is: 'undeclared' };
  return newest.region === own ? { is: 'active', declaration: newest } : { is: 'standby', active: newest };
};

/**
 * Pure: what was seen before and what is seen now. A declaration that is not there any more was removed by somebody: what
 * stands there now is an older one, and must not be followed.
 */
export const nextSeen = (
  before: RegionSeen | undefined,
  found: RegionSeen,
): { readonly seen: RegionSeen } | { readonly gone: Declaration } => {
  const known = before?.newest;
  if (known && !isLater(found.newest, known)) return { gone: known };
  return { seen: found };
};

const isLater = (found: Declaration | undefined, known: Declaration): boolean =>
  found !== undefined && Number(found.ts) >= Number(known.ts);

/** What another region began within its lease may reach the world for so long after it; ms. */
const underWay = 30_000;

/** A region that was promoted begins when the one before has surely stopped, whether or not it hears of it; ms. */
export const settleAfter = (lease: number): number => lease + underWay;

/** What the records of a region are to a declaration of it. */
export type RecordsAre =
  /** They were worked on under it already. */
  | 'its_own'
  /** Nothing is there, or what is there is of the reign before: the region's own, or a copy of the other one's. */
  | 'fit'
  /** They are of an earlier reign: another region has worked since, and these know nothing of it. */
  | 'of_before';

/** Pure: `under` is the declaration that the records were last worked on under; absent: they know none. */
export const recordsAre = (
  { ts, after }: Pick<Declaration, 'ts' | 'after'>,
  mark: { readonly region?: string } | undefined,
): RecordsAre => {
  if (!mark) return 'fit';
  if (mark.region === ts) return 'its_own';
  return mark.region === after ? 'fit' : 'of_before';
};
