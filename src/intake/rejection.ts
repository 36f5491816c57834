import { sha256 } from '../core/hash.ts';
import type { RejectReason } from '../core/reasons.ts';
import type { RawMessage, Rejection } from './wire/raw.ts';

/** `message` put aside. `content` is what could not be read, where its wrapping could. */
export const rejectionOf = (
  reason: RejectReason,
  detail: string,
  message: RawMessage,
  content?: unknown,
): Rejection => ({
  reason,
  detail,
  message,
  ...(content !== undefined && { content: digest(JSON.stringify(content) ?? '') }),
});

/** Equal for what comes again: by this, one dead letter is kept of it. */
export const contentKey = ({ reason, message, content }: Rejection): string =>
  `${reason}.${content ?? digest(message.value ?? '')}`;

const digest = (bytes: string | Buffer): string => sha256(bytes, 32);
