/** One line of the journal of an alert or a rebuild: its decision trail. */
export interface JournalEntry {
  readonly at: number;
  readonly who: string;
  /** A reason code or the name of a step: `opened`, `route`, `ack`, `root_posted` … */
  readonly what: string;
  readonly why?: string;
}

/** `at`: ms. `why` is left out of the entry where there is none. */
export const line = (at: number, who: string, what: string, why?: string): JournalEntry => ({
  at,
  who,
  what,
  ...(why !== undefined && { why }),
});

/** The same, of what farmhand does by itself. */
export const ownLine = (at: number, what: string, why?: string): JournalEntry =>
  line(at, 'farmhand', what, why);
