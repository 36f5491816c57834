import type { NotifyStep } from '../../core/time/notify-steps.ts';
import type { QuietHours } from '../../core/time/quiet-hours.ts';
import type { TicketRules } from '../ticket/ticket-rules.ts';
import { approvalValidMs } from './approval.ts';
import type { Instance } from './parts/instance.ts';
import type { Price } from './parts/kept.ts';
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
  /** "Manual intervention required" waits this long where nothing much is lost, then the rebuild fails. */
  readonly intervention: number;
  /** Where work would be lost, a question ends nothing: ADR 16. */
  readonly keepWork: KeepWork;
  /** What a farmer costs an hour, where somebody said. */
  readonly farmerHour?: Price;
  /** Whom to tell of a question, and when, while nobody answers. */
  readonly notify: readonly NotifyStep[];
  /** Nobody is mentioned or reminded of a question then, */
  readonly quiet?: QuietHours;
  /** but of these, by their code, at all hours, unless the window holds what is critical, too. */
  readonly critical?: readonly string[];
  /** Address of the runbook that explains each question, by its code as the anchor. */
  readonly runbook?: string;
  /** Those who may answer it, for `role` in `notify`: Slack ids. Absent: nobody is known. */
  readonly answerers?: (instance: Instance) => readonly string[];
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

export interface KeepWork {
  /** There is work to lose from this percentage of the rebuild on, */
  readonly from: number;
  /** or once the rebuild has begun, and all of it has taken this long. */
  readonly after: number;
  /** Farmers stay up this long while nobody answers, */
  readonly farmersFor: number;
  /** or until they have cost this much, in the currency of `farmerHour`. */
  readonly cost?: number;
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
  keepWork: { from: 10, after: 12 * hour, farmersFor: 3 * 24 * hour },
  notify: [{ after: 0, mention: ['role'] }],
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
