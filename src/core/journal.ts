/** One line of an alert's journal: its decision trail. */
export interface JournalEntry {
  readonly at: number;
  readonly who: string;
  /** A reason code or the name of a step: `opened`, `route`, `ack`, `root_posted` … */
  readonly what: string;
  readonly why?: string;
}
