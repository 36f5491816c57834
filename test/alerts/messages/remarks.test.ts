import { expect, test } from 'vitest';
import { actionProblemWords } from '../../../src/alerts/messages/action-problems.ts';
import { remark } from '../../../src/alerts/messages/remarks.ts';

const looked = { code: 'end_unsent', alertmanager: 'main' } as const;
const refused = { code: 'refused', from: 'C01ALERTS', error: 'is_archived' } as const;

test.each([
  [{ code: 'was_with', who: 'Nora' }, 'was with Nora'],
  [{ code: 'of_list', count: 3, of: 'service=checkout' }, 'one for 3 alerts: service=checkout'],
  [
    { code: 'held', name: 'nights', until: Date.UTC(2026, 10, 21, 6) },
    'until 2026-11-21T06:00:00.000Z: nights',
  ],
  [{ code: 'ack_outdated', who: 'Nora' }, 'the acknowledgement by Nora was for the firing before'],
  [{ code: 'during_rebuild', id: 'system6-20261120-1' }, 'during rebuild system6-20261120-1'],
  [{ code: 'follows', event: 'evt-1', before: '689b-1' }, 'evt-1; follows 689b-1'],
  [
    { code: 'not_listed', alertmanager: 'main', why: 'silence_ended' },
    'main; looked for because of silence_ended',
  ],
  [
    { ...looked, why: 'silence_ended' },
    'Alertmanager main no longer lists it; it resolved while it was silenced, and such an end is not sent',
  ],
  [
    { ...looked, why: 'quiet' },
    'Alertmanager main no longer lists it; it resolved while it was silenced or inhibited there, and such an end is not sent',
  ],
  [{ ...looked, why: 'not_heard' }, 'Alertmanager main no longer lists it; its end was never sent'],
  [{ ...looked, why: 'not_listed' }, 'Alertmanager main no longer lists it; its end was never sent'],
  [
    { code: 'news_told', state: 'resolved', ticket: 'OPS-1', text: 'moved to Done' },
    'OPS-1: the alert resolved; moved to Done',
  ],
  [{ code: 'news_told', state: 'refired', ticket: 'OPS-1', text: '' }, 'OPS-1: the alert fires again'],
  [{ code: 'news_failed' }, 'telling its ticket'],
  [{ code: 'post_again', attempt: 2 }, 'attempt 2; the earlier one is not in Slack'],
  [refused, 'C01ALERTS: is_archived'],
  [{ ...refused, to: 'C09FALLBACK' }, 'C01ALERTS: is_archived; trying C09FALLBACK'],
] as const)('what is on record beside its kind: %o', (what, words) => {
  expect(remark(what)).toBe(words);
});

test.each([
  [{ code: 'not_set', key: 'jira' }, 'jira is not set in farmhand.yml'],
  [{ code: 'missing', names: ['ticket.key', 'name'] }, 'needs what never came: ticket.key, name'],
  [{ code: 'alert_over' }, 'the alert was over before the rebuild could be started; nothing was started'],
  [{ code: 'no_ticket' }, 'there is no ticket to tell; nothing was written'],
  [{ code: 'no_thread' }, 'there is no thread to propose the rebuild in; nothing was started'],
  [
    { code: 'no_instance', template: '{{labels.instance}}' },
    'no instance is named: {{labels.instance}} is empty for this alert; nothing was started',
  ],
] as const)('why an action is not asked for: %o', (problem, words) => {
  expect(actionProblemWords(problem)).toBe(words);
});
