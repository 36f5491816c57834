import type { Assignment } from './observer.ts';

/** `unreachable`: it was joined, and no broker has answered for ten seconds. */
export type ConsumerState =
  | 'connecting'
  | 'joined'
  | 'rebalancing'
  | 'unreachable'
  | 'stopping'
  | 'stopped'
  | 'failed';

export interface ConsumerStatus {
  readonly state: ConsumerState;
  readonly assignment: Assignment;
  /** When a broker last answered a fetch or a heartbeat, milliseconds since the epoch. */
  readonly lastContact?: number;
  /** Why reading waits, while it does. */
  readonly held?: string;
  readonly lastError?: { readonly message: string; readonly at: number };
}
