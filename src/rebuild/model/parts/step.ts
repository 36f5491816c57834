/** A step as it is on the record, and what a person is asked in it. The list of them: `../steps.ts`. */
import type { StepName } from '../steps.ts';
import type { KeptFarmers } from './kept.ts';

/** `waiting`: for a person; the step says what for. */
export type StepState = 'pending' | 'running' | 'waiting' | 'failed' | 'done' | 'skipped';

export interface Step {
  readonly name: StepName;
  readonly state: StepState;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** After this it waits for a person, or fails; paused time moves it. ms */
  readonly deadline?: number;
  /** What it does or waits for now, in a few words that people read: `history update 40 %`. Plain text. */
  readonly says?: string;
  /** Why a person is needed, what they can do, and when the step fails by itself. */
  readonly ask?: Intervention;
  /** How often it was begun; the keys of its effects carry it. 0 while pending. */
  readonly attempt: number;
}

/** "Manual intervention required". Plain text. */
export interface Intervention {
  readonly code: InterventionCode;
  readonly what: string;
  readonly options: readonly string[];
  readonly since: number;
  /** Address of what explains it. */
  readonly runbook?: string;
  /** Nobody answered by then: the rebuild fails. Absent: it waits for as long as it takes (approval, work to lose). ms */
  readonly until?: number;
  /** There is work to lose: how long its farmers wait, too. */
  readonly kept?: KeptFarmers;
}

export type InterventionCode =
  | 'approval'
  | 'ticket'
  | 'too_few_farmers'
  | 'synchronizer_not_ready'
  | 'readiness_trap'
  | 'history_stalled'
  | 'rebuild_stalled'
  | 'rebuild_failed'
  | 'synchronizer_lost'
  | 'write_failed'
  | 'teardown_stuck'
  | 'frontend_not_back'
  | 'guardian'
  | 'effect_failed';
