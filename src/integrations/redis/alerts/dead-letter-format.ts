import type { MessagePosition } from '../../../alerts/model/event.ts';
import { sha256 } from '../../../core/hash.ts';
import type { RejectReason } from '../../../core/reasons.ts';
import { contentKey, type DeadLetter } from '../../../intake/wire/dead-letter.ts';
import type { Rejection } from '../../../intake/wire/raw.ts';

/** As it is written since the first version; what came later may be missing. */
interface Stored {
  readonly reason: RejectReason;
  readonly detail: string;
  /** What it is known by when it comes again. */
  readonly content?: string;
  readonly at: number;
  readonly position: MessagePosition;
  readonly headers: Readonly<Record<string, string>>;
  readonly value_base64: string | null;
  readonly broker_time?: number;
  readonly tier?: string;
  readonly cluster?: string;
  readonly cut_from?: number;
}

/** Bytes kept of a body that is longer than `most`. */
const keptOfLong = 65_536;

/** One line of the list. The script that bounds it reads `at` from it. */
export const encodeLetter = (rejection: Rejection, most: number): string => {
  const { reason, detail, message } = rejection;
  const { value } = message;
  const cut = value !== null && value.length > most;
  const kept = cut ? value.subarray(0, Math.min(most, keptOfLong)) : value;
  const stored: Stored = {
    reason,
    detail,
    content: contentKey(rejection),
    at: message.receivedAt,
    position: message.position,
    headers: message.headers,
    value_base64: kept?.toString('base64') ?? null,
    ...(message.brokerTime !== undefined && { broker_time: message.brokerTime }),
    ...(message.topicTier !== undefined && { tier: message.topicTier }),
    ...(message.cluster !== undefined && { cluster: message.cluster }),
    ...(cut && { cut_from: value.length }),
  };
  return JSON.stringify(stored);
};

/** Undefined for a line that nobody can read. */
export const decodeLetter = (line: string): DeadLetter | undefined => {
  try {
    const stored = JSON.parse(line) as Stored;
    const { value_base64: value } = stored;
    return {
      id: sha256(line, 12),
      at: stored.at,
      reason: stored.reason,
      detail: stored.detail,
      message: {
        value: value === null ? null : Buffer.from(value, 'base64'),
        headers: stored.headers,
        position: stored.position,
        receivedAt: stored.at,
        ...(stored.broker_time !== undefined && { brokerTime: stored.broker_time }),
        ...(stored.tier !== undefined && { topicTier: stored.tier }),
        ...(stored.cluster !== undefined && { cluster: stored.cluster }),
      },
      ...(stored.cut_from !== undefined && { cutFrom: stored.cut_from }),
      ...(stored.content !== undefined && { content: stored.content }),
    };
  } catch {
    return undefined;
  }
};
