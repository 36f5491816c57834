import type { TicketRules } from '../ticket/ticket-rules.ts';
import { approvalValidMs } from './approval.ts';
import type { Instance } from './parts/instance.ts';
import type { Controls } from './rules/rules.ts';

/** The limits that a rebuild runs under; from `rebuilds:` in the config. All in ms. */
export interface RebuildPolicy {
  /** The cluster is looked at this often while something is expected to move. */
  readonly poll: number;
  /** The same while nothing is: a long rebuild, a pause, a question to a person. */
  readonly idlePoll: number;
  /** How long each step may take before a person is asked. `frontend` is for each one. */
  readonly deadlines: Readonly<
    Record<'synchronizer' | 'history' | 'farmers' | 'write' | 'teardown' | 'frontend', number>
  >;
  /** "Manual intervention required" waits this long, then the rebuild fails. */
  readonly intervention: number;
  /** A rebuild takes no longer than this in all, pauses left out; 14 days. */
  readonly limit: number;
  /** Progress that stands still for this long is a stall. */
  readonly stall: number;
  /** How long an approval counts before anything is begun, and a plan before it is made again. */
  readonly approvalValid: number;
  /** What `policy:` asks of an instance by the config of now. Absent: nothing. */
  readonly controls?: (instance: Instance) => Controls;
  /** A pause is reminded of this often. */
  readonly remind: number;
  /** What waits for an approval is said again after this; then after twice as long, and so on. */
  readonly remindApproval: number;
  /** The card is brought up to date no more often than this. */
  readonly cardEvery: number;
  /** A claim older than this has lost its owner; longer than any call may take. */
  readonly claimTimeout: number;
  /** How often a change that surely did not happen is tried before a person is asked. */
  readonly attempts: number;
  /** First wait between two tries; doubled each time, five minutes at most. */
  readonly backoff: number;
  /** What becomes of tickets over their life. Absent: they are closed in the end, and not looked at. */
  readonly tickets?: TicketRules;
}

const minute = 60_000;
const hour = 60 * minute;

export const defaultPolicy: RebuildPolicy = {
  poll: 5_000,
  idlePoll: 30_000,
  deadlines: {
    synchronizer: 30 * minute,
    history: 6 * hour,
    farmers: 20 * minute,
    write: 8 * hour,
    teardown: 20 * minute,
    frontend: 2 * hour,
  },
  intervention: 30 * minute,
  limit: 14 * 24 * hour,
  stall: 30 * minute,
  approvalValid: approvalValidMs,
  remind: 4 * hour,
  remindApproval: 30 * minute,
  cardEvery: 10_000,
  claimTimeout: 90_000,
  attempts: 8,
  backoff: 2_000,
};
