import { expect, test } from 'vitest';
import { cachesTable } from '../../../src/rebuild/messages/caches.ts';
import { type News, newsWords } from '../../../src/rebuild/messages/news.ts';
import type { Announcement } from '../../../src/rebuild/model/transition.ts';
import { startedAt } from '../../builders/rebuild.ts';

const hour = 3_600_000;
const effect = { kind: 'scale', role: 'farmer', from: 0, to: 24 } as const;
const run = { kind: 'run', run: 'rebuild' } as const;
const key = 'system6-20261120-1/farmers/1';
const ada = { id: 'U0ADA', name: 'Ada' };
const pause = {
  state: 'paused',
  by: ada,
  reason: 'lunch',
  at: startedAt,
  remindAt: startedAt + hour,
} as const;
const trouble = { pod: 'system6-dcr-farmer-1', kind: 'crash_loop', says: 'OOMKilled' } as const;
const drift = { role: 'farmer', at: startedAt, expected: 24, found: 5, who: 'kubectl' } as const;
const ask = {
  code: 'rebuild_failed',
  what: 'The rebuild failed: disk full.',
  options: ['Retry', 'Or cancel'],
  since: startedAt,
} as const;
const caches = {
  write: { state: 'done', startedAt, endedAt: startedAt + hour, attempt: 1 },
  frontends: [
    { name: 'system6-fe1', state: 'ready', since: startedAt + hour, readyAt: startedAt + 2 * hour },
    { name: 'system6-fe2', state: 'waiting' },
  ],
} as const;
const farmers = { ready: 20, target: 24, minimum: 8 };
const step = { note: 'step', entry: 'row' } as const;
const error = { note: 'error', entry: 'error', mark: 'error' } as const;
const waiting = { note: 'waiting', entry: 'row' } as const;
const ofApproval = { note: 'waiting', entry: 'change', topic: 'approval' } as const;

const frozen = {
  ...{ n: 3, instance: 'system6', by: { id: 'U0BOB', name: 'Bob Birch' }, at: startedAt },
  ...{ reason: 'the storage moves', until: Date.UTC(2026, 11, 1, 5), zone: 'Europe/Berlin' },
} as const;

type Cases<Code> = readonly (readonly [
  Extract<News, { code: Code }>,
  Omit<Announcement, 'what'> & { what?: string },
])[];

/** All that is announced of a rebuild: its words, and who hears of it. */
const cases: { readonly [Code in News['code']]: Cases<Code> } = {
  frozen: [
    [
      { code: 'frozen', freezes: [frozen], step: 'rebuild', ending: false, more: false },
      {
        text: 'Frozen in the step Rebuild: frozen by Bob Birch until Tue 1 Dec 2026, 06:00 in Berlin (2026-12-01 05:00 UTC): “the storage moves”. Its farm stays up and computes; nothing is begun, nothing is taken down, and no limit runs. Whoever may thaw it: /dcr thaw system6 <why>.',
        ...{ note: 'frozen', entry: 'change', topic: 'freeze', mark: 'pause', marked: 'frozen' },
      },
    ],
    [
      {
        ...{ code: 'frozen', step: 'teardown', ending: true, more: true },
        freezes: [frozen, { n: 4, by: { id: 'U0CAROL' }, at: startedAt, reason: 'incident' }],
      },
      {
        text: 'Still frozen in the step Teardown: frozen by Bob Birch until Tue 1 Dec 2026, 06:00 in Berlin (2026-12-01 05:00 UTC): “the storage moves”; all instances are frozen by U0CAROL until somebody thaws it: “incident”. What is up is taken down after the thaw. Whoever may thaw it: /dcr thaw system6 <why> and /dcr thaw all <why>.',
        ...{ note: 'frozen', entry: 'change', topic: 'freeze', mark: 'pause', marked: 'frozen' },
      },
    ],
  ],
  still_frozen: [
    [
      { code: 'still_frozen', freezes: [frozen], ms: 4 * hour },
      {
        text: 'Still frozen, for 4h now: frozen by Bob Birch until Tue 1 Dec 2026, 06:00 in Berlin (2026-12-01 05:00 UTC): “the storage moves”. Whoever may thaw it: /dcr thaw system6 <why>.',
        note: 'still_frozen',
      },
    ],
  ],
  freeze_ends_soon: [
    [
      { code: 'freeze_ends_soon', freezes: [frozen], ms: hour / 4, step: 'rebuild' },
      {
        text: 'The freeze ends in 15m: frozen by Bob Birch until Tue 1 Dec 2026, 06:00 in Berlin (2026-12-01 05:00 UTC): “the storage moves”. Then the rebuild goes on by itself in the step Rebuild. Who needs longer freezes again before that: /dcr freeze system6 <why> for 2h.',
        note: 'still_frozen',
      },
    ],
  ],
  thawed: [
    [
      {
        ...{ code: 'thawed', lastedMs: 2 * hour, step: 'rebuild', ending: false, glass: false },
        ended: [
          {
            ...frozen,
            endedAt: startedAt,
            thawed: { by: { id: 'U0ALICE', name: 'Alice Ash' }, why: 'it is back' },
          },
          { ...frozen, n: 5, endedAt: startedAt },
        ],
      },
      {
        text: 'Thawed, after 2h. Bob Birch’s freeze of system6 was thawed by Alice Ash: it is back. Bob Birch’s freeze of system6 is over: its time has come. The rebuild goes on in the step Rebuild; that time does not count towards any limit.',
        ...{ note: 'thawed', entry: 'change', topic: 'freeze', mark: 'resume', marked: 'thawed' },
      },
    ],
    [
      { code: 'thawed', lastedMs: hour, ended: [], step: undefined, ending: true, glass: true },
      {
        text: 'Goes on under the broken glass, although it is frozen, after 1h. What is up is taken down now.',
        ...{ note: 'thawed', entry: 'change', topic: 'freeze', mark: 'resume', marked: 'thawed' },
      },
    ],
  ],
  raise_held: [
    [
      {
        code: 'raise_held',
        held: { code: 'frozen', frozen: { names: ['audit'], until: Date.UTC(2026, 11, 1), zone: 'UTC' } },
      },
      {
        text: 'More farmers were asked for, and they are not brought up now: the freeze window “audit” holds until Tue 1 Dec 2026, 00:00 UTC. What runs goes on as it is; they come up when that ends.',
        ...waiting,
      },
    ],
    [
      { code: 'raise_held', held: { code: 'over_limit', farmers: 40, limit: { value: 24, rule: 'gov' } } },
      {
        text: '40 farmers were asked for, and they are not brought up: the rule gov of policy allows 24 at the most by now. What runs goes on as it is; scale to a number within the limit.',
        ...waiting,
      },
    ],
  ],
  work_kept: [
    [
      { code: 'work_kept', kept: { farmers: 24, until: startedAt, price: { cost: 3.5, currency: 'USD' } } },
      {
        text: 'Nobody answered, and there is work to lose: it is not ended. Its 24 farmers stay up for a while, at 84.00 USD an hour; after that they go, and the synchronizer keeps the work.',
        ...waiting,
      },
    ],
    [
      { code: 'work_kept' },
      {
        text: 'Nobody answered, and there is work to lose: it is not ended. It waits for as long as it takes, and the synchronizer keeps the work.',
        ...waiting,
      },
    ],
  ],
  farmers_rest: [
    [
      {
        code: 'farmers_rest',
        farmers: 24,
        waitedMs: 72 * hour,
        kept: { farmers: 24, until: startedAt, price: { cost: 5, currency: 'USD' } },
      },
      {
        text: 'Nobody answered for 3d, so the 24 farmers go to 0, which cost 120 USD an hour. The work is not thrown away: the synchronizer stays up with it, and the question stays open. Retry brings them up again.',
        note: 'waiting',
        entry: 'change',
        mark: 'scale',
        marked: 'farmers 24 → 0, nobody answered',
      },
    ],
  ],
  still_asked: [
    [
      {
        code: 'still_asked',
        ask,
        ms: 2 * hour,
        to: ['S0123SRE'],
        farmers: 24,
        cost: { cost: 1234.5, currency: 'USD' },
      },
      {
        text: 'Nobody has answered for 2h: The rebuild failed: disk full. 24 farmers are up meanwhile, and cost 1,235 USD since it was asked.',
        note: 'still_waiting',
        to: ['S0123SRE'],
      },
    ],
    [
      { code: 'still_asked', ask, ms: 2 * hour, to: [], farmers: 1 },
      {
        text: 'Nobody has answered for 2h: The rebuild failed: disk full. 1 farmer is up meanwhile.',
        note: 'still_waiting',
      },
    ],
    [
      { code: 'still_asked', ask, ms: 96 * hour, to: [], farmers: 0, rest: { at: startedAt, farmers: 24 } },
      {
        text: 'Nobody has answered for 4d: The rebuild failed: disk full. Its 24 farmers are down since; the synchronizer keeps the work.',
        note: 'still_waiting',
      },
    ],
  ],
  limit_near: [
    [
      { code: 'limit_near', percent: 75, leftMs: 84 * hour, limitMs: 336 * hour, to: [] },
      {
        text: 'It has used 75 % of the 14d that a rebuild may take: in 3d 12h it fails, and is torn down. Override, extend the limit, gives it longer.',
        note: 'still_waiting',
        entry: 'row',
        mark: 'error',
        marked: '75 % of its time',
      },
    ],
    [
      { code: 'limit_near', percent: 99, leftMs: 3 * hour, limitMs: 336 * hour, to: ['S0123SRE'] },
      {
        text: 'It has used 99 % of the 14d that a rebuild may take: in 3h it fails, and is torn down. Override, extend the limit, gives it longer.',
        note: 'error',
        entry: 'error',
        mark: 'error',
        marked: '99 % of its time',
        to: ['S0123SRE'],
      },
    ],
  ],
  still_unreviewed: [
    [
      {
        code: 'still_unreviewed',
        instance: 'system6',
        by: { id: 'U0ADA', name: 'Ada' },
        ms: 24 * hour,
        people: ['U0BOB'],
        last: false,
      },
      {
        text: 'Nobody has reviewed what Ada did under the broken glass of system6, which closed 1d ago. Somebody else who may approve looks at it and says what they found: Review… on the card, or /dcr review system6 <what you found>.',
        note: 'still_waiting',
        to: ['U0BOB'],
      },
    ],
    [
      {
        code: 'still_unreviewed',
        instance: 'system6',
        by: { id: 'U0ADA', name: 'Ada' },
        ms: 30 * 24 * hour,
        people: [],
        last: true,
      },
      {
        text: 'Nobody has reviewed what Ada did under the broken glass of system6, which closed 30d ago. Somebody else who may approve looks at it and says what they found: Review… on the card, or /dcr review system6 <what you found>. Nobody is known who may review it. This is the last reminder; the audit keeps that it was never reviewed.',
        note: 'still_waiting',
      },
    ],
  ],
  glass_closed: [
    [
      { code: 'glass_closed', by: { id: 'U0ADA', name: 'Ada' }, did: [], lastedMs: hour / 2, waits: false },
      {
        text: 'The glass that Ada broke is closed, after 30m: approvals, freeze windows and limits hold again. Nothing was ordered under it. The rebuild goes on. Somebody else who may approve has to review it: Review… on the card, or /dcr review.',
        note: 'override',
        entry: 'override',
        mark: 'override',
        marked: 'glass closed',
      },
    ],
    [
      {
        code: 'glass_closed',
        by: { id: 'U0ADA', name: 'Ada' },
        did: ['scale to 40 farmers'],
        lastedMs: hour / 2,
        waits: true,
      },
      {
        text: 'The glass that Ada broke is closed, after 30m: approvals, freeze windows and limits hold again. Under it 1 order was given: scale to 40 farmers. What is under way is finished; before the next change another person must approve what the rebuild does. Somebody else who may approve has to review it: Review… on the card, or /dcr review.',
        note: 'override',
        entry: 'override',
        mark: 'override',
        marked: 'glass closed',
      },
    ],
  ],
  rechecked: [
    [
      {
        code: 'rechecked',
        farmers: { wanted: 24, ready: 20 },
        synchronizer: { wanted: 1, ready: 1 },
      },
      {
        text: 'farmhand lost what was recorded last, and looked at what is there before it goes on: farmers 24 wanted, 20 ready; synchronizer 1 wanted, 1 ready.',
        note: 'step',
      },
    ],
  ],
  begins: [
    [
      { code: 'begins', step: 'history', attempt: 1 },
      {
        what: 'begin_history',
        text: 'The step History update begins.',
        mark: 'step',
        marked: 'History update',
      },
    ],
    [
      { code: 'begins', step: 'write', attempt: 2 },
      {
        what: 'begin_write',
        text: 'The step Write caches begins, attempt 2.',
        entry: 'row',
        mark: 'step',
        marked: 'Write caches',
      },
    ],
  ],
  goes_on: [
    [
      { code: 'goes_on', step: 'up' },
      { text: 'The synchronizer is ready; nobody is needed any more.', ...step },
    ],
    [
      { code: 'goes_on', step: 'farmers' },
      { text: 'Farmers goes on: nobody is needed any more.', ...step },
    ],
  ],
  asks: [
    [
      { code: 'asks', ask },
      {
        what: 'ask_rebuild_failed',
        text: 'Manual intervention required: The rebuild failed: disk full.',
        lines: ['Retry', 'Or cancel'],
        ...error,
        note: 'waiting',
        marked: 'rebuild failed',
      },
    ],
    [
      { code: 'asks', ask: { ...ask, code: 'write_failed', what: 'Writing failed.' }, caches },
      {
        what: 'ask_write_failed',
        text: 'Manual intervention required: Writing failed.',
        lines: ['Retry', 'Or cancel'],
        table: cachesTable(caches),
        ...error,
        note: 'waiting',
        marked: 'write failed',
      },
    ],
    [
      { code: 'asks', ask: { ...ask, code: 'guardian', what: 'The guardian stays up.' } },
      { what: 'ask_guardian', text: 'The guardian stays up.', lines: ['Retry', 'Or cancel'], ...waiting },
    ],
  ],
  failing: [
    [
      { code: 'failing', step: 'rebuild', first: 'disk full', others: ['and more'], touched: true },
      {
        text: 'Rebuild failed: disk full. It is torn down now.',
        lines: ['and more'],
        ...error,
        marked: 'Rebuild failed',
      },
    ],
    [
      { code: 'failing', step: 'preflight', first: 'Pods are up.', others: [], touched: false },
      {
        text: 'Preflight failed: Pods are up. Nothing was touched.',
        lines: [],
        ...error,
        marked: 'Preflight failed',
      },
    ],
  ],
  farmers_up: [
    [
      { code: 'farmers_up', ...farmers, ready: 24, why: 'all' },
      { text: '24 farmers are ready; the rebuild begins.', ...step },
    ],
    [
      { code: 'farmers_up', ready: 1, target: 1, minimum: 1, why: 'all' },
      { text: '1 farmer is ready; the rebuild begins.', ...step },
    ],
    [
      { code: 'farmers_up', ...farmers, why: 'minimum' },
      {
        text: '20 of 24 farmers are ready, enough to begin (minimum 8); the others join when they are up.',
        ...step,
      },
    ],
    [
      { code: 'farmers_up', ...farmers, why: 'accepted' },
      {
        text: 'Goes on with 20 of 24 farmers, as accepted (minimum 8). On the farm engine later ones will do nothing.',
        ...step,
      },
    ],
    [
      { code: 'farmers_up', ...farmers, why: { lateMs: 1_200_000 } },
      {
        text: 'Goes on with 20 of 24 farmers after 20m (minimum 8). On the farm engine later ones will do nothing.',
        ...step,
      },
    ],
  ],
  rebuilt: [[{ code: 'rebuilt' }, { text: 'The rebuild itself is done.', ...step }]],
  recover: [
    [
      { code: 'recover' },
      {
        text: 'The synchronizer died and lost the run. It is back, and the rebuild goes on from its cache file in S3.',
        ...error,
        marked: 'recovered',
      },
    ],
  ],
  written: [[{ code: 'written' }, { text: 'The caches are written to S3.', ...step }]],
  write_again: [
    [
      { code: 'write_again', error: 'S3 answers 503' },
      {
        text: 'Writing the caches failed (S3 answers 503); it is tried once more. The rebuild itself is safe in the synchronizer.',
        ...error,
        marked: 'write failed',
      },
    ],
  ],
  farmers_kept: [
    [
      { code: 'farmers_kept', farmers: 24 },
      { text: '24 farmers stay up, as was asked. They cost money until somebody scales them down.', ...step },
    ],
  ],
  farmers_gone: [
    [
      { code: 'farmers_gone' },
      { text: 'The farmers are gone; the synchronizer stays as guardian.', ...step },
    ],
  ],
  propagated: [
    [
      { code: 'propagated', ...caches },
      {
        text: 'All 2 frontends have the new caches.',
        note: 'step',
        entry: 'change',
        topic: 'caches',
        table: cachesTable(caches),
      },
    ],
    [
      { code: 'propagated', ...caches, frontends: [] },
      {
        text: 'There is no frontend to take the caches.',
        note: 'step',
        entry: 'change',
        topic: 'caches',
        table: cachesTable({ ...caches, frontends: [] }),
      },
    ],
  ],
  paused: [
    [
      { code: 'paused', pause: { ...pause, goesOn: 'the synchronizer stays up' }, step: 'history' },
      {
        text: 'Paused in the step History update by Ada, because: lunch. What a pause cannot stop: the synchronizer stays up.',
        note: 'paused',
        entry: 'row',
      },
    ],
  ],
  still_paused: [
    [
      { code: 'still_paused', pause, ms: 4 * hour },
      {
        text: 'Still paused, for 4h now, by Ada, because: lunch. Resume or cancel it.',
        note: 'still_paused',
      },
    ],
  ],
  ended: [
    [
      {
        code: 'ended',
        phase: 'cancelled',
        report: ['It was cancelled.', 'Steps.'],
        kept: { farmers: 3, guardian: true },
        chart: true,
      },
      {
        what: 'cancelled',
        text: 'It was cancelled. 3 farmers stay up, as was asked. The guardian stays up, as was asked.',
        lines: ['Steps.'],
        note: 'ended',
        chart: true,
        entry: 'closing',
        mark: 'end',
        marked: 'cancelled',
      },
    ],
  ],
  approval_lapsed: [
    [
      { code: 'approval_lapsed', by: ada, validMs: 900_000 },
      {
        text: 'The approval by Ada is older than 15m, and nothing has been started since: it does not count any more. Nothing was touched. The plan is made once more, to be approved as it is now.',
        ...ofApproval,
      },
    ],
    [
      { code: 'approval_lapsed', by: ada },
      {
        text: 'The approval by Ada is not for what this rebuild would do now: it does not count any more. Nothing was touched. The plan is made once more, to be approved as it is now.',
        ...ofApproval,
      },
    ],
  ],
  approver_gone: [
    [
      { code: 'approver_gone', by: ada, why: { code: 'no_role', roles: ['approver', 'lead'] } },
      {
        text: 'The approval by Ada does not count any more: they hold no role any more that allows it (approver, lead). Nothing was touched. Another person must approve it.',
        ...ofApproval,
      },
    ],
    [
      { code: 'approver_gone', by: ada, why: { code: 'no_role', roles: [] } },
      {
        text: 'The approval by Ada does not count any more: they hold no role any more that allows it, and nobody does. Nothing was touched. Another person must approve it.',
        ...ofApproval,
      },
    ],
    [
      { code: 'approver_gone', by: ada, why: { code: 'outside' } },
      {
        text: 'The approval by Ada does not count any more: they are no member of this workspace any more. Nothing was touched. Another person must approve it.',
        ...ofApproval,
      },
    ],
    [
      {
        code: 'approver_gone',
        by: ada,
        why: { code: 'same_person', asker: { id: 'U0ALICE', name: 'Alice' } },
      },
      {
        text: 'The approval by Ada does not count any more: by e-mail address they are the same person as Alice, who asked for it. Nothing was touched. Another person must approve it.',
        ...ofApproval,
      },
    ],
  ],
  still_awaited: [
    [
      { code: 'still_awaited', kind: 'plan', ms: hour, people: ['U0BOB'] },
      {
        text: 'Still waiting for an approval, for 1h now: nothing is touched before another person approves the plan. The card shows it in full.',
        note: 'still_waiting',
        to: ['U0BOB'],
      },
    ],
    [
      { code: 'still_awaited', kind: 'change', ms: hour, people: [] },
      {
        text: 'Still waiting for an approval, for 1h now: what was asked for beyond the approved plan is not done before another person approves it. The card shows it in full. Nobody is known who may approve it.',
        note: 'still_waiting',
      },
    ],
  ],
  plan_unfit: [
    [
      {
        code: 'plan_unfit',
        problems: [
          { code: 'engine_unseen', instance: 'system6', error: '503' },
          { code: 'synchronizer_up', set: 'system6-dcr-sync' },
        ],
      },
      {
        text: 'As things are it cannot begin: The admin endpoint of system6 does not answer: 503. system6-dcr-sync is up already, perhaps the guardian of an earlier rebuild. Scale it to 0 first. Nothing was touched. When that is fixed, approve it (again), or cancel it.',
        ...ofApproval,
      },
    ],
  ],
  plan_renewed: [
    [
      { code: 'plan_renewed', changes: [{ code: 'minimum', was: 2, is: 3 }], hash: 'bbbbbbbbcc' },
      {
        text: 'The world has changed since this plan was made: At least: 2 before, 3 now. Nothing was touched. This is the current plan (plan bbbbbbbb); it must be approved as it is.',
        ...ofApproval,
      },
    ],
    [
      { code: 'plan_renewed', changes: [], hash: 'bbbbbbbbcc' },
      {
        text: 'The world has changed since this plan was made: The values of the instance are different. Nothing was touched. This is the current plan (plan bbbbbbbb); it must be approved as it is.',
        ...ofApproval,
      },
    ],
  ],
  intends: [
    [
      { code: 'intends', effect, key, attempts: 2, by: ada },
      { text: `farmers 0 → 24 (${key}, try 2)`, by: ada },
    ],
  ],
  scaled: [
    [
      {
        code: 'scaled',
        effect,
        already: false,
        name: 'commit 3f2a91c',
        url: 'https://git/3f2a',
        marked: true,
        by: ada,
        reason: 'too slow',
      },
      {
        text: 'Done: farmers 0 → 24 (commit 3f2a91c).',
        entry: 'change',
        lines: ['Asked for by Ada (U0ADA): too slow'],
        asker: ada,
        mark: 'scale',
        marked: 'farmers 0 → 24',
        note: 'scaled',
        url: 'https://git/3f2a',
      },
    ],
    [
      { code: 'scaled', effect, already: true, name: '', marked: false },
      { text: 'Found done: farmers 0 → 24.', entry: 'change' },
    ],
    [
      {
        code: 'scaled',
        effect: { ...effect, role: 'synchronizer', to: 1 },
        already: false,
        name: '',
        marked: false,
        by: ada,
      },
      { text: 'Done: synchronizer 0 → 1.', entry: 'row', asker: ada },
    ],
  ],
  ordered: [
    [
      { code: 'ordered', effect: run, already: false },
      { what: 'ordered', text: 'Ordered: rebuild.', entry: 'row' },
    ],
    [
      { code: 'ordered', effect: { kind: 'stop_run' }, already: true },
      { what: 'stopped', text: 'Found ordered: stopping the run.', entry: 'row' },
    ],
  ],
  outcome_unknown: [
    [
      { code: 'outcome_unknown', effect, error: 'timed out' },
      { text: 'farmers 0 → 24: perhaps done, perhaps not. timed out' },
    ],
  ],
  not_done: [
    [{ code: 'not_done', effect, error: '503' }, { text: 'farmers 0 → 24: not done, tried again. 503' }],
  ],
  conflict: [
    [
      { code: 'conflict', effect, error: '409' },
      { text: 'farmers 0 → 24: not done, the world has changed meanwhile. 409' },
    ],
  ],
  refused: [
    [{ code: 'refused', effect, error: 'Forbidden.' }, { text: 'farmers 0 → 24: refused. Forbidden.' }],
    [
      { code: 'refused', effect, error: 'Forbidden.', endless: 'told' },
      {
        text: 'farmers 0 → 24 was refused. Forbidden. It is tried again every few minutes until it works.',
        ...error,
        marked: 'farmers 0 → 24 refused',
      },
    ],
    [
      { code: 'refused', effect, error: 'Forbidden.', endless: 'again' },
      { text: 'farmers 0 → 24 was refused. Forbidden. It is tried again every few minutes until it works.' },
    ],
  ],
  given_up: [
    [
      { code: 'given_up', effect: run, key, error: 'given up: whether it was done is not known' },
      { text: `rebuild (${key}): given up: whether it was done is not known. It is not repeated now.` },
    ],
  ],
  arrived: [
    [
      { code: 'arrived', effect },
      {
        text: 'farmers 0 → 24 is in the cluster now; nothing stands in its way any more.',
        note: 'moving',
        entry: 'row',
      },
    ],
  ],
  blocked: [
    [
      { code: 'blocked', effect, says: 'Argo CD is still busy.' },
      {
        text: 'farmers 0 → 24 is committed and has not arrived in the cluster: Argo CD is still busy. Nothing more is committed; it is waited for.',
        ...error,
        marked: 'farmers 0 → 24 has not arrived',
      },
    ],
  ],
  synchronizer_away: [
    [
      { code: 'synchronizer_away' },
      {
        text: 'The synchronizer is away. Nothing was changed; its pod is waited for.',
        ...error,
        marked: 'synchronizer away',
      },
    ],
  ],
  farmers_trouble: [
    [
      { code: 'farmers_trouble', ready: 20, wanted: 24, troubles: [trouble], next: 'others go on' },
      {
        text: '20 of 24 farmers are ready. system6-dcr-farmer-1: OOMKilled. Nothing was changed; the others go on.',
        ...error,
        marked: '20 of 24 farmers',
      },
    ],
    [
      { code: 'farmers_trouble', ready: 20, wanted: 24, troubles: [], next: 'waited for' },
      {
        text: '20 of 24 farmers are ready. Nothing was changed; they are waited for.',
        ...error,
        marked: '20 of 24 farmers',
      },
    ],
    [
      { code: 'farmers_trouble', ready: 20, wanted: 24, troubles: [], next: { died: 'balance' } },
      {
        text: '20 of 24 farmers are ready. Their share is done again by the others, or when they are back; nothing needs to be done.',
        ...error,
        marked: '20 of 24 farmers',
      },
    ],
    [
      { code: 'farmers_trouble', ready: 20, wanted: 24, troubles: [], next: { died: 'farm' } },
      {
        text: '20 of 24 farmers are ready. On the farm engine a share waits until its farmer is back; new farmers do nothing.',
        ...error,
        marked: '20 of 24 farmers',
      },
    ],
  ],
  milestone: [
    [
      { code: 'milestone', percent: 50, leftMs: 10 * hour },
      { text: '50 % of the rebuild is done, about 10h to go.', note: 'milestone', chart: true },
    ],
  ],
  stalled: [
    [
      { code: 'stalled', step: 'rebuild', ms: hour, percent: 42 },
      {
        text: 'Rebuild has stood still at 42 % for 1h. Nothing was changed; farmhand goes on watching.',
        mark: 'error',
        marked: 'stands still',
        note: 'stalled',
        entry: 'error',
      },
    ],
    [
      { code: 'stalled', step: 'history', ms: hour },
      {
        text: 'History update has stood still for 1h. Nothing was changed; farmhand goes on watching.',
        mark: 'error',
        marked: 'stands still',
      },
    ],
  ],
  moving: [
    [
      { code: 'moving', step: 'rebuild', ms: hour },
      { text: 'Rebuild moves again, after 1h.', note: 'moving', entry: 'row' },
    ],
  ],
  drift: [
    [
      { code: 'drift', drift, target: 24, adopted: false },
      {
        text: 'Kubectl changed the farmers from 24 to 5. farmhand did not, and does not fight it. To keep it, scale to 5; to go back, scale to 24.',
        note: 'drift',
        entry: 'error',
        mark: 'drift',
        marked: 'farmers 24 → 5, not by farmhand',
      },
    ],
    [
      {
        code: 'drift',
        drift: { role: 'synchronizer', at: startedAt, expected: 1, found: 0 },
        target: 24,
        adopted: true,
        coming: { ...effect, from: 0, to: 1 },
      },
      {
        text: "Somebody changed the synchronizers from 1 to 0. Nothing on record says that farmhand did; it does not fight it. farmhand's own change (0 → 1) has not arrived yet, and will set it to 1. To bring it back, retry the step.",
        note: 'drift',
        entry: 'error',
        mark: 'drift',
        marked: 'synchronizers 1 → 0, not by farmhand',
      },
    ],
  ],
  drift_gone: [
    [
      { code: 'drift_gone', drift },
      {
        text: 'The farmers are back at 24; it was not farmhand that changed them.',
        note: 'drift',
        entry: 'row',
      },
    ],
    [
      { code: 'drift_gone', drift, now: 12 },
      { text: "The farmers are at 12, as farmhand's last change says.", note: 'drift', entry: 'row' },
    ],
  ],
  offer: [
    [
      { code: 'offer', target: 24, lateMs: hour, advice: { farmers: 40, savesMs: 2 * hour } },
      {
        text: 'With 24 farmers it is done about 1h after its target. 40 farmers would meet it: about 2h sooner. Nothing was changed; scale to 40 to do that.',
        note: 'offer',
      },
    ],
    [
      { code: 'offer', target: 24, lateMs: hour, advice: { fixed: true } },
      {
        text: 'With 24 farmers it is done about 1h after its target; not even the maximum would have met it. On the farm engine the number is fixed while it runs: wait, or cancel and start again with more.',
        note: 'offer',
      },
    ],
    [
      {
        code: 'offer',
        target: 24,
        lateMs: hour,
        advice: { maximum: 100, instance: 'system6', savesMs: 2 * hour },
      },
      {
        text: 'With 24 farmers it is done about 1h after its target. Not even 100 farmers, the most that system6 may have, would meet it; they would save about 2h.',
        note: 'offer',
      },
    ],
  ],
};

test.each(Object.values(cases).flat())('$code', (news, words) => {
  expect(newsWords(news)).toEqual({ what: news.code, ...words });
});
