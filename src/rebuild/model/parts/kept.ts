/** What an open question keeps, and what it costs: ADR 16. Times in ms. */

/** What one farmer costs an hour. */
export interface Price {
  readonly cost: number;
  /** ISO 4217, as people read it: `USD`. */
  readonly currency: string;
}

/** Farmers that stay up while a question waits. */
export interface KeptFarmers {
  readonly farmers: number;
  /** Nobody answered by then: they go to 0, and the question stays. */
  readonly until: number;
  /** Of one farmer; absent: nobody said. */
  readonly price?: Price;
}

/** Farmers that were taken down because nobody answered, while the question stays. */
export interface Rest {
  readonly at: number;
  /** How many there were. */
  readonly farmers: number;
}

/** A rebuild that has taken most of the time it may. */
export interface NearEnd {
  /** Percent of its limit. */
  readonly percent: number;
  readonly endsAt: number;
}
