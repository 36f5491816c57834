import { describe, expect, test } from 'vitest';
import { type Doing, doingWords } from '../../../../src/rebuild/messages/steps/doing.ts';
import { type GoingOn, goingOnWords } from '../../../../src/rebuild/messages/steps/going-on.ts';
import { type Leaving, leavingInBrief, leftByName } from '../../../../src/rebuild/messages/steps/leaving.ts';
import { type Way, wayWords } from '../../../../src/rebuild/messages/steps/way.ts';

const trouble = { pod: 'system6-dcr-sync-0', kind: 'crash_loop', says: 'OOMKilled' } as const;
const waiting = { code: 'waiting', says: 'Argo CD has not seen 3f2a91c yet' } as const;
const blocked = { code: 'blocked', says: 'Argo CD is busy.' } as const;
const unseen = { code: 'unseen', error: 'GitHub did not answer.' } as const;
const engine = { code: 'engine_unseen', instance: 'system6', error: '503' } as const;
const gone = { role: 'farmer', pods: [], wanted: 0, drifted: false } as const;

type Cases<Code> = readonly (readonly [Extract<Doing, { code: Code }>, string])[];

/** All that the card says of what a step does. */
const cases: { readonly [Code in Doing['code']]: Cases<Code> } = {
  held_back: [
    [
      {
        code: 'held_back',
        held: { code: 'frozen', frozen: { names: ['audit'], until: Date.UTC(2026, 11, 1), zone: 'UTC' } },
      },
      'nothing is begun: the freeze window “audit” holds until Tue 1 Dec 2026, 00:00 UTC',
    ],
    [
      { code: 'held_back', held: { code: 'over_limit', farmers: 40, limit: { value: 24, rule: 'gov' } } },
      'nothing is begun: 40 farmers, and the rule gov of policy allows 24 at the most',
    ],
  ],
  cluster_silent: [
    [{ code: 'cluster_silent', error: 'timed out' }, 'the cluster does not answer: timed out'],
    [{ code: 'cluster_silent' }, 'the cluster does not answer: it was not looked at'],
    [
      { code: 'cluster_silent', error: '503', way: waiting },
      'the cluster does not answer: 503; Argo CD has not seen 3f2a91c yet',
    ],
  ],
  engine_silent: [
    [{ code: 'engine_silent', error: '503' }, 'the engine does not answer: 503'],
    [{ code: 'engine_silent' }, 'the engine does not answer: it was not looked at'],
  ],
  stopping: [
    [{ code: 'stopping', run: 'history' }, 'the old history update is stopped'],
    [{ code: 'stopping', run: 'write' }, 'the run before is stopped'],
  ],
  ordering: [
    [{ code: 'ordering', run: 'history' }, 'the history update is ordered'],
    [{ code: 'ordering', run: 'rebuild' }, 'the rebuild is ordered'],
    [{ code: 'ordering', run: 'write' }, 'writing the caches is ordered'],
  ],
  not_begun: [[{ code: 'not_begun' }, 'waits for the engine to begin']],
  failed: [[{ code: 'failed' }, 'failed']],
  looking: [[{ code: 'looking' }, 'cluster and engine are looked at']],
  fine: [
    [{ code: 'fine', slow: false }, 'cluster and engine are fine'],
    [
      { code: 'fine', slow: true },
      'fine, but pods start one after another (podManagementPolicy is not Parallel)',
    ],
  ],
  last_look: [
    [
      { code: 'last_look', approved: false, unseen: engine },
      'looks once more before it begins: The admin endpoint of system6 does not answer: 503',
    ],
    [
      { code: 'last_look', approved: true, unseen: engine },
      'approved; looks once more before it begins: The admin endpoint of system6 does not answer: 503',
    ],
    [
      { code: 'last_look', approved: true, plan: 'GitHub is away' },
      'approved; the plan is made once more before it begins: GitHub is away',
    ],
    [
      { code: 'last_look', approved: true, approver: 'Slack is away' },
      'approved; whether the approver still may is looked up before it begins: Slack is away',
    ],
  ],
  approval: [[{ code: 'approval' }, 'waits for the approval of a second person']],
  ticket_in_the_way: [[{ code: 'ticket_in_the_way' }, 'waits for its ticket']],
  ticket: [[{ code: 'ticket', key: 'OPS-7' }, 'OPS-7']],
  ticket_wanted: [
    [{ code: 'ticket_wanted' }, 'the ticket is being made'],
    [{ code: 'ticket_wanted', error: 'refused' }, 'waits for Jira: refused'],
  ],
  no_ticket: [[{ code: 'no_ticket' }, 'no ticket']],
  synchronizer_up: [[{ code: 'synchronizer_up' }, 'up']],
  synchronizer_starts: [
    [{ code: 'synchronizer_starts' }, 'is being started'],
    [{ code: 'synchronizer_starts', way: waiting }, 'is being started; Argo CD has not seen 3f2a91c yet'],
  ],
  synchronizer_boots: [[{ code: 'synchronizer_boots', pod: 'not ready' }, 'boots (its pod is not ready)']],
  synchronizer_not_ready: [
    [{ code: 'synchronizer_not_ready', pod: 'no pod' }, 'not ready (it has no pod yet)'],
    [{ code: 'synchronizer_not_ready', pod: trouble }, 'not ready (system6-dcr-sync-0: OOMKilled)'],
  ],
  readiness_trap: [[{ code: 'readiness_trap' }, 'the readiness trap']],
  synchronizer_away: [
    [{ code: 'synchronizer_away' }, 'the synchronizer is away'],
    [{ code: 'synchronizer_away', trouble }, 'the synchronizer is away (OOMKilled)'],
  ],
  history: [
    [{ code: 'history', seen: { percent: 40.9 } }, '40 % done'],
    [{ code: 'history', seen: { percent: 40.9 }, overdue: 'still' }, '40 % done, stands still'],
    [{ code: 'history', seen: 'not begun', overdue: 'late' }, 'has not begun, late'],
    [{ code: 'history', seen: { error: '503' } }, 'the engine does not answer: 503'],
  ],
  farmers_come: [
    [{ code: 'farmers_come', ready: 0, wanted: 24 }, '0 of 24 farmers ready'],
    [
      { code: 'farmers_come', ready: 0, wanted: 24, way: waiting },
      '0 of 24 farmers ready; Argo CD has not seen 3f2a91c yet',
    ],
    [
      { code: 'farmers_come', ready: 0, wanted: 24, way: blocked },
      '0 of 24 farmers ready; its commit does not arrive, see the thread',
    ],
    [
      { code: 'farmers_come', ready: 0, wanted: 24, way: unseen },
      '0 of 24 farmers ready; whether its commit has arrived cannot be seen',
    ],
  ],
  waits_for_farmers: [
    [{ code: 'waits_for_farmers', ready: 3, minimum: 8 }, 'waits for farmers: 3 ready, 8 needed'],
  ],
  counts_in: [[{ code: 'counts_in', farmers: 3, minimum: 8 }, 'waits for farmers: 3 of 8 counted in']],
  computes: [
    [{ code: 'computes', percent: 41.7, farmers: 24 }, '41 %, 24 farmers at work'],
    [{ code: 'computes', percent: 41.7, farmers: 1 }, '41 %, 1 farmer at work'],
  ],
  run_lost: [[{ code: 'run_lost' }, 'the run is lost']],
  writes: [[{ code: 'writes', percent: 12.3 }, '12 % written']],
  write_failed: [
    [{ code: 'write_failed', error: 'S3 answers 503' }, 'failed: S3 answers 503'],
    [{ code: 'write_failed' }, 'failed: the engine does not say why'],
    [{ code: 'write_failed', lost: true }, 'failed: the synchronizer lost it'],
  ],
  farmers_kept: [[{ code: 'farmers_kept' }, 'farmers kept']],
  farmers_gone: [[{ code: 'farmers_gone' }, 'farmers gone']],
  leaving: [
    [
      {
        code: 'leaving',
        sets: [
          { ...gone, wanted: 24 },
          { ...gone, role: 'synchronizer' },
        ],
      },
      '24 farmers still there, no synchronizer left; waits for the change to be settled',
    ],
    [{ code: 'leaving', sets: [] }, 'what is under way is finished first'],
  ],
  frontends_ready: [[{ code: 'frontends_ready', frontends: 3 }, '3 of 3 ready']],
  frontend: [
    [{ code: 'frontend', name: 'system6-fe1', state: 'waiting' }, 'system6-fe1 is next'],
    [{ code: 'frontend', name: 'system6-fe1', state: 'taking' }, 'system6-fe1 takes the caches'],
  ],
  frontend_waits: [
    [
      { code: 'frontend_waits', other: 'system6-fe2', state: 'restarting' },
      'waits for system6-fe2, which restarts',
    ],
  ],
  frontend_unlisted: [
    [{ code: 'frontend_unlisted', name: 'system6-fe1' }, 'system6-fe1 is not in the topology'],
  ],
  guardian_kept: [[{ code: 'guardian_kept' }, 'the guardian stays up']],
  guardian_gone: [[{ code: 'guardian_gone' }, 'the guardian is gone']],
  all_gone: [
    [{ code: 'all_gone', guardian: false }, 'all gone'],
    [{ code: 'all_gone', farmers: 24, guardian: true }, 'all gone but 24 farmers and the guardian'],
    [{ code: 'all_gone', guardian: true }, 'all gone but the guardian'],
  ],
};

test.each(Object.values(cases).flat())('$code', (doing, words) => {
  expect(doingWords(doing)).toBe(words);
});

describe('why a number is not in the cluster, whole', () => {
  test.each<readonly [Way, string]>([
    [waiting, 'The commit has not arrived: Argo CD has not seen 3f2a91c yet.'],
    [blocked, 'The commit has not arrived: Argo CD is busy.'],
    [unseen, 'Whether the commit has arrived cannot be seen: GitHub did not answer.'],
    [{ code: 'refused', error: 'HTTP 422.' }, 'HTTP 422.'],
  ])('$code', (way, words) => {
    expect(wayWords(way).whole).toBe(words);
  });
});

describe('what is left of what is to be gone', () => {
  const pods = Array.from({ length: 7 }, (_, n) => ({ name: `farmer-${n}`, terminating: n === 0 }));
  test.each<readonly [string, Leaving, string, string]>([
    [
      'a silent cluster',
      { role: 'farmer', unseen: undefined },
      'the cluster does not answer: it was not looked at',
      'the cluster does not answer: it was not looked at',
    ],
    ['nothing', gone, 'no farmer left; waits for the change to be settled', ''],
    [
      'many pods',
      { ...gone, pods },
      '7 farmers still there',
      'farmer-0 (terminating), farmer-1, farmer-2, farmer-3, farmer-4 and 2 more',
    ],
    [
      'wanted by somebody',
      { ...gone, pods: pods.slice(1, 2), wanted: 3, drifted: true },
      'somebody wants 3 farmers',
      'farmer-1, and 3 are wanted',
    ],
    [
      'a commit that is on its way',
      { ...gone, wanted: 1, way: waiting },
      '1 farmer still there; Argo CD has not seen 3f2a91c yet',
      'no pod, and 1 are wanted (The commit has not arrived: Argo CD has not seen 3f2a91c yet)',
    ],
    [
      'a change that was refused',
      { ...gone, wanted: 1, way: { code: 'refused', error: 'HTTP 422. Nothing was changed.' } },
      '1 farmer still there',
      'no pod, and 1 are wanted (HTTP 422. Nothing was changed)',
    ],
  ])('%s', (_, left, brief, byName) => {
    expect([leavingInBrief([left]), leftByName([left])]).toEqual([brief, byName]);
  });

  test('of two sets', () => {
    expect(
      leftByName([
        { ...gone, pods: pods.slice(1, 2) },
        { role: 'synchronizer', unseen: '503' },
      ]),
    ).toBe('farmer-1; the cluster does not answer: 503');
  });
});

const goingOn: { readonly [Code in GoingOn['code']]: readonly [Extract<GoingOn, { code: Code }>, string] } = {
  frontend: [{ code: 'frontend', name: 'system6-fe1', state: 'restarting' }, 'system6-fe1 restarts'],
  computing: [{ code: 'computing', farmers: 24 }, '24 farmers go on computing; their result is kept'],
  history: [{ code: 'history' }, 'the history update goes on in the synchronizer'],
  write: [{ code: 'write' }, 'writing the caches goes on in the synchronizer'],
  farmers: [{ code: 'farmers', farmers: 1 }, '1 farmer stay up and cost money'],
  synchronizer: [{ code: 'synchronizer' }, 'the synchronizer stays up'],
};

test.each(Object.values(goingOn))('what a pause cannot stop: $code', (left, words) => {
  expect(goingOnWords(left)).toBe(words);
});
