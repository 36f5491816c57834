import { type Logger, LogLevel } from '@slack/web-api';
import { messageOf } from '../../../core/errors.ts';
import type { Log } from '../../../observability/log.ts';

const say = (parts: readonly unknown[]): string =>
  parts.map((part) => (typeof part === 'string' ? part : messageOf(part))).join(' ');

/**
 * Slack's SDKs log through farmhand's log. Their debug lines hold whole messages and their info lines are chatter,
 * so both stay out; what they call an error is one level lower here, because farmhand itself reports what it means.
 */
export const sdkLogger = (log: Log): Logger => ({
  debug: () => undefined,
  info: () => undefined,
  warn: (...parts) => log.warn({ sdk: say(parts) }, 'slack sdk warning'),
  error: (...parts) => log.warn({ sdk: say(parts) }, 'slack sdk error'),
  setLevel: () => undefined,
  getLevel: () => LogLevel.WARN,
  setName: () => undefined,
});
