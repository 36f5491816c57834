export type State = 'firing' | 'resolved' | 'unknown';

/** One thing that Slack was made to show. */
export interface Act {
  readonly at: number;
  readonly channel: string;
  readonly kind: 'root' | 'update' | 'line' | 'removed';
  readonly series?: string;
  readonly shows?: State;
}

/** Something that Slack should come to show, from when it was surely known to when it was. */
export interface Due {
  readonly channel: string;
  readonly isNew: boolean;
  readonly from: number;
  /** Infinity: never. */
  readonly until: number;
}
