import type { EventReason } from '../../core/reasons.ts';
import type { AlertId } from './alert.ts';
import type { Position } from './event.ts';

/** The record of one event: what became of it. */
export interface EventRecord {
  readonly id: string;
  readonly type?: string;
  readonly source?: string;
  readonly tier?: string;
  readonly time?: number;
  readonly receivedAt: number;
  readonly position: Position;
  readonly reason: EventReason;
  /** For rejected events: every problem found. */
  readonly detail?: string;
  readonly alertId?: AlertId;
}
