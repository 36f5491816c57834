import { expect, test } from 'vitest';
import { noCardWords, noteWords, type ThreadNote } from '../../../src/rebuild/messages/notes.ts';
import { type OwnLine, written } from '../../../src/rebuild/messages/own-lines.ts';
import { proposalWords } from '../../../src/rebuild/messages/planning/proposals.ts';
import type { RebuildNote } from '../../../src/rebuild/model/parts/told.ts';
import { aPlan } from '../../builders/rebuild.ts';

const entry = { n: 3, at: 1, kind: 'change', lines: ['Scaled.', 'To 24.'] } as const;
const url = 'https://jira.example/browse/OPS-7';
const error = 'Jira cannot be reached: refused';

type Cases<Code> = readonly (readonly [
  Extract<ThreadNote, { code: Code }>,
  Pick<RebuildNote, 'kind' | 'text' | 'url'>,
])[];

/** All that is told in the thread alone. */
const notes: { readonly [Code in ThreadNote['code']]: Cases<Code> } = {
  card_stays: [
    [
      { code: 'card_stays', error: 'cant_update_message' },
      {
        kind: 'step',
        text: 'Slack does not let farmhand change the first message of this thread any more (cant_update_message). It may show an older state: what happens is told here, and `status` shows how it is now.',
      },
    ],
  ],
  card_deleted: [
    [
      { code: 'card_deleted' },
      {
        kind: 'step',
        text: 'The first message of this thread was deleted. The rebuild is told here from now on.',
      },
    ],
  ],
  channel_closed: [
    [
      { code: 'channel_closed' },
      {
        kind: 'step',
        text: 'The channel of this rebuild takes no messages any more. It is told here from now on.',
      },
    ],
  ],
  ticket: [
    [
      { code: 'ticket', key: 'OPS-7', url },
      { kind: 'ticket', text: 'Ticket OPS-7', url },
    ],
    [
      { code: 'ticket', key: 'OPS-7' },
      { kind: 'ticket', text: 'Ticket OPS-7' },
    ],
  ],
  ticket_edited: [
    [
      { code: 'ticket_edited', ticket: 'OPS-7', by: 'Ada', fields: ['summary', 'labels'] },
      { kind: 'step', text: 'Ada changed summary, labels of ticket OPS-7 in Jira. The rebuild goes on.' },
    ],
  ],
  ticket_closed: [
    [
      { code: 'ticket_closed', ticket: 'OPS-7', by: 'Ada', status: 'Done', holds: false },
      {
        kind: 'error',
        text: 'Ada closed ticket OPS-7 in Jira (Done) before this rebuild was over. The rebuild goes on, and goes on writing into it. Open it again, or cancel the rebuild if it should end.',
      },
    ],
    [
      { code: 'ticket_closed', ticket: 'OPS-7', by: 'Ada', status: 'Done', holds: true },
      {
        kind: 'error',
        text: 'Ada closed ticket OPS-7 in Jira (Done) before this rebuild was over. Nothing more is changed until it is open again, or a person overrides that (Override…, Go on without its ticket). Pause and cancel work as ever.',
      },
    ],
  ],
  ticket_open_again: [
    [
      { code: 'ticket_open_again', ticket: 'OPS-7', by: 'Ada' },
      { kind: 'step', text: 'Ticket OPS-7 is open again (Ada). The rebuild goes on.' },
    ],
    [
      { code: 'ticket_open_again', ticket: 'OPS-7' },
      { kind: 'step', text: 'Ticket OPS-7 is open again. The rebuild goes on.' },
    ],
  ],
  ticket_moved_by: [
    [
      { code: 'ticket_moved_by', ticket: 'OPS-7', by: 'Ada', status: 'In Review', leaves: true },
      {
        kind: 'step',
        text: 'Ada moved ticket OPS-7 to In Review in Jira. farmhand leaves it there, and moves it no more.',
      },
    ],
    [
      { code: 'ticket_moved_by', ticket: 'OPS-7', by: 'Ada', status: 'In Review', leaves: false },
      {
        kind: 'step',
        text: 'Ada moved ticket OPS-7 to In Review in Jira. farmhand leaves it there until the state of the rebuild changes.',
      },
    ],
  ],
  ticket_not_moved: [
    [
      { code: 'ticket_not_moved', ticket: 'OPS-7', to: 'Done', error: 'it asks for Resolution' },
      {
        kind: 'error',
        text: 'Ticket OPS-7 was not moved to Done: it asks for Resolution. The rebuild goes on. Move it by hand, or put jira.transitions right.',
      },
    ],
  ],
  ticket_deleted: [
    [
      { code: 'ticket_deleted', ticket: 'OPS-7', policy: 'tell' },
      {
        kind: 'error',
        text: 'Ticket OPS-7 is not in Jira any more: somebody deleted it. The rebuild goes on without a ticket; its journal and the audit have everything.',
      },
    ],
    [
      { code: 'ticket_deleted', ticket: 'OPS-7', policy: 'hold' },
      {
        kind: 'error',
        text: 'Ticket OPS-7 is not in Jira any more: somebody deleted it. Nothing more is changed until a person overrides that (Override…, Go on without its ticket) or cancels. Pause and cancel work as ever.',
      },
    ],
    [
      { code: 'ticket_deleted', ticket: 'OPS-7', policy: 'raise_again' },
      {
        kind: 'error',
        text: 'Ticket OPS-7 is not in Jira any more: somebody deleted it. Nothing more is changed until another one stands in for it: farmhand raises it now, with all that has happened.',
      },
    ],
  ],
  ticket_late: [
    [
      { code: 'ticket_late', error, raising: true },
      {
        kind: 'error',
        text: 'Jira cannot be reached: refused. Nothing is touched before the ticket is there. farmhand goes on trying; the rebuild starts by itself.',
      },
    ],
    [
      { code: 'ticket_late', error, raising: false },
      {
        kind: 'error',
        text: 'Jira cannot be reached: refused. The rebuild goes on. What belongs in the ticket is kept, and written as soon as Jira answers.',
      },
    ],
  ],
  ticket_refused: [
    [
      { code: 'ticket_refused', error: 'issuetype is required', everyMs: 180_000 },
      {
        kind: 'error',
        text: 'issuetype is required. Nothing is touched before the ticket is there. farmhand tries again every 3 minutes; cancel the rebuild if it should not wait.',
      },
    ],
  ],
  ticket_failed: [
    [
      { code: 'ticket_failed', error: 'no such project' },
      {
        kind: 'error',
        text: 'no such project. The rebuild is over and has no ticket; farmhand has stopped trying. Its journal has what would be in it.',
      },
    ],
  ],
  comment_refused: [
    [
      { code: 'comment_refused', error: 'Jira refused the comment', ticket: 'OPS-7', lines: entry.lines },
      {
        kind: 'error',
        text: 'Jira refused the comment. This was not written into ticket OPS-7: Scaled. To 24. The rebuild’s journal has it; add it to the ticket by hand.',
      },
    ],
  ],
  description_refused: [
    [
      { code: 'description_refused', error: 'Jira refused it', ticket: 'OPS-1' },
      {
        kind: 'error',
        text: 'Jira refused it. The evidence table in the description of ticket OPS-1 is not up to date. The rebuild goes on, and so do the comments; the journal has everything.',
      },
    ],
  ],
  description_changed: [
    [
      { code: 'description_changed', ticket: 'OPS-1' },
      {
        kind: 'step',
        text: 'Somebody changed or removed farmhand’s evidence table in the description of ticket OPS-1. What is there stays as it is; farmhand writes its table once more, at the end of the description.',
      },
    ],
  ],
  description_left: [
    [
      { code: 'description_left', ticket: 'OPS-1' },
      {
        kind: 'step',
        text: 'Somebody changed or removed farmhand’s evidence table in the description of ticket OPS-1 once more. It is not written again; the comments, the journal and the closing report go on.',
      },
    ],
  ],
  task: [
    [
      { code: 'task', key: 'OPS-8', url: 'https://jira/browse/OPS-8' },
      { kind: 'ticket', text: 'Review task OPS-8', url: 'https://jira/browse/OPS-8' },
    ],
  ],
  task_late: [
    [
      { code: 'task_late', deed: 'raised', error: 'Jira: 503' },
      {
        kind: 'error',
        text: 'Jira: 503. The task that asks for the review of the broken glass is not in Jira yet. Glass and rebuild do not wait for it, and the review can be given in Slack; farmhand goes on trying.',
      },
    ],
    [
      { code: 'task_late', deed: 'closed', error: 'Jira: 503' },
      {
        kind: 'error',
        text: 'Jira: 503. The review task in Jira is not up to date. Glass and rebuild do not wait for it, and the review can be given in Slack; farmhand goes on trying.',
      },
    ],
  ],
  task_refused: [
    [
      { code: 'task_refused', deed: 'moved', ticket: 'OPS-8', error: 'there is no way to Done' },
      {
        kind: 'error',
        text: 'there is no way to Done. Review task OPS-8 was not moved: move it by hand, or put jira.review_task right.',
      },
    ],
    [
      { code: 'task_refused', deed: 'closed', ticket: 'OPS-8', error: 'Jira: 403' },
      {
        kind: 'error',
        text: 'Jira: 403. Review task OPS-8 does not say what was done under the broken glass: this thread and the journal do.',
      },
    ],
    [
      { code: 'task_refused', deed: 'reviewed', ticket: 'OPS-8', error: 'Jira: 403' },
      {
        kind: 'error',
        text: 'Jira: 403. Review task OPS-8 does not say what the review found: this thread and the journal do.',
      },
    ],
  ],
  task_failed: [
    [
      { code: 'task_failed', error: 'Jira: 400' },
      {
        kind: 'error',
        text: 'Jira: 400. There is no review task in Jira for the broken glass, and farmhand has stopped trying. The review can be given in Slack all the same.',
      },
    ],
  ],
  alerts_fire: [
    [
      { code: 'alerts_fire', instance: 'system6', names: ['HighErrorRate'] },
      { kind: 'alert', text: 'An alert fires on system6 during the rebuild: HighErrorRate.' },
    ],
    [
      { code: 'alerts_fire', instance: 'system6', names: ['HighErrorRate', 'Slow'] },
      { kind: 'alert', text: '2 alerts fire on system6 during the rebuild: HighErrorRate, Slow.' },
    ],
  ],
};

test.each(Object.values(notes).flat())('in the thread: $code', (note, words) => {
  expect(noteWords(note)).toEqual(words);
});

test('why there is no thread', () => {
  expect(noCardWords({ code: 'deleted_twice', error: 'message_not_found' })).toBe(
    'The thread was deleted twice (message_not_found).',
  );
  expect(noCardWords({ code: 'no_channel', error: 'is_archived' })).toBe(
    'No channel accepts the thread; the last answer was is_archived.',
  );
});

const who = { code: 'approvers', people: ['U0BOB', 'U0CAROL'], count: 2, unknown: [] } as const;
const moved = { code: 'channel_refused', from: 'C0DCR', error: 'is_archived' } as const;

test.each<readonly [OwnLine, string]>([
  [{ code: 'post_again', note: 7 }, 'note 7; not found in Slack'],
  [{ code: 'thread_open', channel: 'C0DCR', ts: '1.2' }, 'C0DCR 1.2'],
  [{ code: 'notes_refused', error: 'msg_blocks_too_long', lost: ['a', 'b'] }, 'msg_blocks_too_long: a / b'],
  [{ ...moved, to: 'C0SRE' }, 'C0DCR: is_archived; next C0SRE'],
  [{ ...moved, to: undefined }, 'C0DCR: is_archived; next none'],
  [{ code: 'ticket_comment', entry, id: '10003' }, '#3 change is comment 10003'],
  [{ code: 'ticket_comment_refused', entry, error: 'too long' }, '#3 change: Scaled. To 24. (too long)'],
  [{ code: 'approver_not_told', user: 'U0BOB', error: 'user_disabled' }, 'U0BOB: user_disabled'],
  [who, '2 could approve it: U0BOB, U0CAROL'],
  [{ ...who, untold: 'off' }, '2 could approve it: U0BOB, U0CAROL; not told (config)'],
  [
    { ...who, untold: 'many', unknown: ['S0SRE'] },
    '2 could approve it: U0BOB, U0CAROL; too many to tell; not known: S0SRE',
  ],
  [{ ...who, people: [], count: 0 }, 'nobody can approve it'],
  [
    { code: 'recheck' },
    'An older copy of the records came back; what is there is looked at before anything is done.',
  ],
])('in the journal: $code', (told, why) => {
  expect(written(told, 5)).toEqual({ at: 5, who: 'farmhand', what: told.code, why });
});

test('what a route hears of the rebuild that it asks for', () => {
  const plan = aPlan({ farmers: 24, farmersFrom: 'asked for' });
  expect(proposalWords({ code: 'proposed', plan })).toBe(
    'a rebuild of system6 on the balance engine with 24 farmers (asked for)',
  );
  expect(proposalWords({ code: 'proposed', plan: { ...plan, forced: true } })).toBe(
    'a forced rebuild of system6 on the balance engine with 24 farmers (asked for)',
  );
  const id = 'system6-20261120-1';
  expect(proposalWords({ code: 'started', id, approval: false })).toBe('Started rebuild system6-20261120-1');
  expect(proposalWords({ code: 'started', id, approval: true })).toBe(
    'Started rebuild system6-20261120-1. Nothing is touched before one person has confirmed and another one approved it',
  );
  expect(proposalWords({ code: 'stale', instance: 'system6' })).toBe(
    'The plan for system6 changed while it was started; it is made again.',
  );
});
