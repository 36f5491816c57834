import type { Assignment } from '../health/observer.ts';

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
  /** What is not being read, and why: each a sentence. */
  readonly problems: readonly string[];
  readonly lastError?: { readonly message: string; readonly at: number };
}

/** How it is, for people: up, or what keeps records from being read. */
export const standingOf = (
  status: ConsumerStatus,
): { readonly state: 'up' | 'degraded' | 'down'; readonly says?: string } => {
  const { state, held, problems, lastError } = status;
  const because = lastError === undefined ? '' : `; last error: ${lastError.message}`;
  switch (state) {
    case 'joined': {
      const says = [
        ...(held === undefined ? [] : [`reading waits until messages can be stored: ${held}`]),
        ...problems,
      ];
      return says.length === 0 ? { state: 'up' } : { state: 'degraded', says: says.join('. ') };
    }
    case 'connecting':
      return { state: 'down', says: [`no connection to Kafka yet${because}`, ...problems].join('. ') };
    case 'rebalancing':
      return { state: 'degraded', says: 'the partitions are being shared out again among the replicas' };
    case 'unreachable':
      return { state: 'down', says: `no broker has answered for ten seconds${because}` };
    case 'stopping':
    case 'stopped':
      return { state: 'down', says: 'farmhand is stopping' };
    case 'failed':
      return { state: 'down', says: `reading has ended for good${because}` };
    default:
      return state satisfies never;
  }
};
