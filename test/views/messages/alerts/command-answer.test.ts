import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AlertCommand, AlertRefusal } from '../../../../src/alerts/model/command.ts';
import { alertCommandAnswer } from '../../../../views/messages/alerts/command-answer.ts';
import { anAlert, ana, ben, minute, start, viewContext } from '../../support/builders.ts';
import { hostileText } from '../../support/hostile.ts';
import { readable } from '../../support/read.ts';
import { problemsOf } from '../../support/slack-rules.ts';

const said = (command: AlertCommand, changed = true): string =>
  alertCommandAnswer(command, { ok: true, changed, alert: anAlert() }).text;

test('what became of a command', () => {
  expect(said({ verb: 'acknowledge' })).toBe('👀 You have *HighErrorRate* now.');
  expect(said({ verb: 'acknowledge' }, false)).toBe('👀 You already have *HighErrorRate*.');
  expect(said({ verb: 'note', text: 'x' })).toBe('📌 Your note stands on *HighErrorRate* now.');
  expect(said({ verb: 'note', text: 'x' }, false)).toBe('📌 Your note stands on *HighErrorRate* already.');
  expect(said({ verb: 'clear_note' })).toBe('📌 The note on *HighErrorRate* is taken away.');
  const toBen = { verb: 'assign', to: ben } as const;
  expect(said(toBen)).toBe('👉 <@U02BEN> has *HighErrorRate* now, and is told in the thread.');
  expect(said(toBen, false)).toBe('👉 <@U02BEN> already has *HighErrorRate*.');
  expect(said({ verb: 'unacknowledge' })).toBe('👐 You gave *HighErrorRate* back: nobody has it now.');
  expect(said({ verb: 'silence', durationMs: 90 * minute, reason: 'x' })).toBe(
    '🔕 Alertmanager is being asked to silence *HighErrorRate* for 1h 30m. The thread says how it goes.',
  );
  expect(said({ verb: 'ticket' })).toBe(
    '🎫 A ticket for *HighErrorRate* is being raised. Its key appears in the thread.',
  );
});

const refused = (refusal: AlertRefusal) => alertCommandAnswer({ verb: 'ticket' }, { ok: false, ...refusal });

test.each<[AlertRefusal, string]>([
  [
    { code: 'not_found' },
    'This alert is no longer on record, so nothing was changed. `/alerts` lists what is open.',
  ],
  [
    { code: 'acknowledged', by: ana, at: start },
    '<@U01ANA> acknowledged this first, at 14:13. Nothing was changed.',
  ],
  [{ code: 'not_acknowledged' }, 'Nobody has this alert: it is not acknowledged. Nothing was changed.'],
  [{ code: 'resolved' }, 'This alert is already resolved, so there is nothing to acknowledge.'],
  [
    { code: 'silenced', by: ben, until: start + 60 * minute },
    '<@U02BEN> has silenced this until 2026-11-20 15:13. Nothing was changed.',
  ],
  [{ code: 'note_length' }, 'A note has 1 to 300 characters. Nothing was changed.'],
  [{ code: 'no_note' }, 'There is no note here. Nothing was changed.'],
  [{ code: 'silence_pending' }, 'A silence for this alert is already being set. Nothing more was changed.'],
  [{ code: 'silence_length' }, 'A silence lasts from 1 minute to 30 days. Nothing was changed.'],
  [{ code: 'silence_reason' }, 'A silence needs a reason. Nothing was changed.'],
  [{ code: 'not_alertmanager' }, 'Only alerts that came from an Alertmanager can be silenced there.'],
  [
    { code: 'ticket_there', id: 'OPS-7', by: { id: 'U9', name: 'Nora <!here>' } },
    'Nora &lt;!here&gt; raised OPS-7 for this alert. No second one was made.',
  ],
  [{ code: 'ticket_there' }, 'The route raised the ticket for this alert. No second one was made.'],
  [{ code: 'ticket_pending' }, 'The ticket is already being raised; its key appears in this thread.'],
  [
    { code: 'not_configured', verb: 'silence' },
    'farmhand can’t do a silence here: `alertmanagers` is not set in farmhand.yml. Nothing was changed.',
  ],
  [
    { code: 'not_configured', verb: 'ticket' },
    'farmhand can’t do a ticket here: `jira` is not set in farmhand.yml. Nothing was changed.',
  ],
  [{ code: 'not_allowed', says: 'You may not.' }, 'You may not. Nothing was changed.'],
])('why nothing was changed: $0', (refusal, words) => {
  expect(readable(refused(refusal).blocks)).toEqual([`🚫 ${words}`]);
});

test('whatever is told of a refusal is inert', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const by = { id: 'U9', name: text };
      expect(problemsOf(refused({ code: 'not_allowed', says: text }), viewContext())).toEqual([]);
      expect(problemsOf(refused({ code: 'ticket_there', id: text, by }), viewContext())).toEqual([]);
    }),
  );
});
