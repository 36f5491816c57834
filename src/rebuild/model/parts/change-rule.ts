/** What the config demands of the change request that a rebuild is done under. */
export interface ChangeRule {
  /** Nothing is started without one. */
  readonly required: boolean;
  /** Its number must match this; a regular expression that was read before. */
  readonly pattern: string;
}
