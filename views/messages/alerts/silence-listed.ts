import type { ListOutcome } from '../../../src/alerts/model/command.ts';
import { span } from '../../../src/core/duration.ts';
import { counted } from '../../../src/core/text.ts';
import { type Message, plainMessage } from '../../blocks.ts';
import type { ListPlace } from '../../ids.ts';
import { refusedAlertAnswer } from './command-answer.ts';
import { whereWords } from './list-place.ts';

/** What became of Silence all… under a list. */
export const silenceListedAnswer = (where: ListPlace, durationMs: number, outcome: ListOutcome): Message => {
  if (!outcome.ok) return refusedAlertAnswer(outcome);
  const { count, had } = outcome;
  const before = `${had.toLocaleString('en')} ${had === 1 ? 'is' : 'are'} silenced already, or about to be`;
  if (!outcome.changed) return plainMessage(`🔕 ${before}. No other silence was made.`);
  const all = `${counted(count, 'alert')} ${whereWords(where)}`;
  const rest = had > 0 ? `\n${before}: left as ${had === 1 ? 'it is' : 'they are'}.` : '';
  return plainMessage(
    `🔕 Alertmanager is being asked to silence ${all} for ${span(durationMs)}. Their threads say how it goes.${rest}`,
  );
};
