import { expect, test } from 'vitest';
import { interventionWords, type Need } from '../../../../src/rebuild/messages/steps/interventions.ts';
import { authorityOf } from '../../../../src/rebuild/model/authority.ts';
import { anInstance, aRebuild } from '../../../builders/rebuild.ts';

const instance = anInstance();
const trouble = {
  pod: 'system6-dcr-farmer-1',
  kind: 'unschedulable',
  says: '0/6 nodes are available.',
} as const;
const start = {
  code: 'too_few_farmers',
  at: 'start',
  ready: 3,
  target: 24,
  minimum: 8,
  troubles: [],
} as const;
const trap = {
  code: 'readiness_trap',
  node: { name: 'system6-dcr-sync-0', state: 'BOOTING', readiness: 'waiting' },
  detail: 'Inactive',
  pod: 'system6-dcr-sync-0',
  restarts: 0,
  service: 'system6-dcr-sync',
} as const;
const fewer = 'The rebuild was not begun; it is never done without farmers.';
const safe = 'The rebuild itself is safe as long as the synchronizer is up.';
const hidden =
  'Kubernetes publishes no name for a pod that is not ready, so the backend cannot find it and marks it broken.';

type Cases<Code> = readonly (readonly [Extract<Need, { code: Code }>, string])[];

const cases: { readonly [Code in Need['code']]: Cases<Code> } = {
  ticket: [
    [
      { code: 'ticket', key: 'OPS-7', why: 'closed', by: 'Ada' },
      'Ticket OPS-7 was closed by Ada in Jira before the rebuild was over. Nothing more is changed until it is open again.',
    ],
    [
      { code: 'ticket', key: undefined, why: 'closed' },
      'Its ticket was closed in Jira before the rebuild was over. Nothing more is changed until it is open again.',
    ],
    [
      { code: 'ticket', key: 'OPS-7', why: 'deleted' },
      'Ticket OPS-7 was deleted in Jira. Nothing more is changed without the evidence.',
    ],
    [
      { code: 'ticket', key: 'OPS-7', why: 'unreachable', error: 'Jira cannot be reached.' },
      'Ticket OPS-7 is behind: Jira cannot be reached. Nothing more is changed until what happened so far is in it.',
    ],
  ],
  approval: [
    [
      { code: 'approval', instance: 'system6', why: 'plan', authority: authorityOf(aRebuild()) },
      'system6 needs the approval of a second person. Nothing is touched before that. It would do this: at most 24 farmers, at least 2 to go on with, not forced; nothing skipped, extended or kept.',
    ],
    [
      { code: 'approval', instance: 'system6', why: 'unconfirmed' },
      'system6 needs two persons, and no person asked for this rebuild: one confirms it, another one approves it. Nothing is touched before that.',
    ],
    [
      { code: 'approval', instance: 'system6', why: 'beyond' },
      'system6 does more than was approved, so nothing more is changed before another person has approved it as it is.',
    ],
  ],
  too_few_farmers: [
    [start, `Too few farmers: 3 of 24 are ready, and 8 are needed. ${fewer}`],
    [
      { ...start, troubles: [trouble], way: { code: 'blocked', says: 'Argo CD is busy.' } },
      `Too few farmers: 3 of 24 are ready, and 8 are needed. ${fewer} system6-dcr-farmer-1: 0/6 nodes are available. The commit has not arrived: Argo CD is busy.`,
    ],
    [
      { ...start, unseen: 'timed out' },
      'Whether enough farmers are up cannot be seen: timed out. The rebuild was not begun.',
    ],
    [
      { code: 'too_few_farmers', at: 'order', ready: 3, minimum: 8 },
      'Too few farmers to begin: 3 are ready, and 8 are needed. The rebuild is never done without farmers.',
    ],
  ],
  synchronizer_not_ready: [
    [
      {
        code: 'synchronizer_not_ready',
        pod: 'not ready',
        restarts: 2,
        instance,
        deadlineMs: 1_800_000,
      },
      'The synchronizer does not come up: its pod is not ready, restarted 2 times. No farmer was started.',
    ],
    [
      { code: 'synchronizer_not_ready', unseen: 'timed out' },
      'Whether the synchronizer is up cannot be seen: timed out. Nothing is changed meanwhile.',
    ],
  ],
  readiness_trap: [
    [
      trap,
      `The readiness trap: the topology has system6-dcr-sync-0 as BOOTING, waiting, while its pod system6-dcr-sync-0 is not ready. ${hidden}`,
    ],
    [
      { ...trap, detail: 'UnknownHostException', restarts: 1 },
      `The readiness trap: the topology has system6-dcr-sync-0 as BOOTING, waiting (UnknownHostException), while its pod system6-dcr-sync-0 is not ready, restarted once. ${hidden}`,
    ],
  ],
  history_stalled: [
    [
      { code: 'history_stalled', why: 'failed', error: 'disk full' },
      'The history update failed: disk full. No farmer was started.',
    ],
    [
      { code: 'history_stalled', why: 'still' },
      'The history update has stood still for too long. No farmer was started.',
    ],
    [
      { code: 'history_stalled', why: 'late' },
      'The history update is not done in time. No farmer was started.',
    ],
  ],
  rebuild_stalled: [
    [
      { code: 'rebuild_stalled' },
      'The rebuild has stood still for too long. The engine answers, but nothing moves. Nothing was changed.',
    ],
    [
      { code: 'rebuild_stalled', silent: { error: '503' } },
      'The rebuild has stood still for too long. The engine does not answer: 503 Nothing was changed.',
    ],
  ],
  rebuild_failed: [
    [
      { code: 'rebuild_failed', error: 'disk full', cacheFile: false },
      'The rebuild failed: disk full. The farmers are still up.',
    ],
  ],
  synchronizer_lost: [
    [
      { code: 'synchronizer_lost', lost: 'synchronizer', by: 'somebody', instance },
      'The synchronizer is gone: somebody took it down. Farmers and caches were not changed.',
    ],
    [
      { code: 'synchronizer_lost', lost: 'synchronizer', trouble, instance },
      'The synchronizer is gone and does not come back: system6-dcr-farmer-1: 0/6 nodes are available.. Farmers and caches were not changed.',
    ],
    [
      { code: 'synchronizer_lost', lost: 'run', cacheFile: true },
      'The synchronizer died and lost the run. It was recovered from its cache file once already, and lost again. The farmers are still up.',
    ],
    [
      { code: 'synchronizer_lost', lost: 'run', cacheFile: false },
      'The synchronizer died and lost the run. There is no cache file in S3 to go on from. The farmers are still up.',
    ],
  ],
  write_failed: [
    [
      { code: 'write_failed', why: 'failed', error: 'S3 answers 503' },
      `Writing the caches failed twice: S3 answers 503. ${safe}`,
    ],
    [{ code: 'write_failed', why: 'late' }, `Writing the caches is not done in time. ${safe}`],
  ],
  teardown_stuck: [
    [
      {
        code: 'teardown_stuck',
        left: [
          {
            role: 'farmer',
            pods: [{ name: 'system6-dcr-farmer-1', terminating: true }],
            wanted: 0,
            drifted: false,
          },
        ],
      },
      'Pods do not go away: system6-dcr-farmer-1 (terminating). They cost money until they are gone.',
    ],
  ],
  frontend_not_back: [
    [
      {
        code: 'frontend_not_back',
        frontend: 'system6-fe1',
        untouched: ['system6-fe2', 'system6-fe3'],
        guardian: 'system6-dcr-sync',
      },
      'system6-fe1 is not back with the new caches. The propagation has stopped; not touched: system6-fe2, system6-fe3. The guardian stays up (system6-dcr-sync).',
    ],
  ],
  guardian: [
    [
      { code: 'guardian', why: 'skipped' },
      'The guardian stays up with fresh data, because the propagation was skipped. It can serve as a donor until it is dropped.',
    ],
    [
      { code: 'guardian', why: 'asked' },
      'The guardian stays up with fresh data, as was asked. It can serve as a donor until it is dropped.',
    ],
  ],
  effect_failed: [
    [
      {
        code: 'effect_failed',
        effect: { kind: 'scale', role: 'synchronizer', from: 0, to: 1 },
        error: 'Forbidden.',
      },
      'Could not be done: synchronizer 0 → 1. Forbidden.',
    ],
    [
      { code: 'effect_failed', ticket: 'no such project' },
      'The Jira ticket could not be made, and nothing is touched without one: no such project',
    ],
  ],
};

test.each(Object.values(cases).flat())('$code', (need, what) => {
  expect(interventionWords(need).what).toBe(what);
});

const orWithout = 'Or go on without it (Override…, Go on without its ticket), with the reason on the record';

/** What a person can do, in all ways in which it is said of the cases above. */
const options: { readonly [Code in Need['code']]: readonly (readonly string[])[] } = {
  approval: [['Approve the plan', 'Or cancel']],
  ticket: [
    ['Open the ticket again in Jira: this goes on by itself', orWithout, 'Or cancel'],
    [orWithout, 'Or cancel'],
    ['When Jira answers this goes on by itself', orWithout, 'Or cancel'],
  ],
  too_few_farmers: [
    [
      'Fix what keeps them from coming up; with enough of them this goes on by itself',
      'Or accept 3 farmers (override)',
      'Or extend the deadline, or cancel',
    ],
    ['With enough of them this goes on by itself', 'Or accept fewer farmers (override)', 'Or cancel'],
  ],
  synchronizer_not_ready: [
    [
      'Look at system6-dcr-sync in den/tenant-105858-prod; when it is ready, this goes on by itself',
      'Or extend the deadline (now 30m)',
      'Or cancel',
    ],
    ['When the cluster answers again, this goes on by itself', 'Or cancel'],
  ],
  readiness_trap: [
    [
      'Set publishNotReadyAddresses: true on the Service system6-dcr-sync',
      'Then retry the step',
      'Or cancel; nothing but the synchronizer is up',
    ],
  ],
  history_stalled: [
    ['Retry: orders it once more', 'Or extend the deadline, or skip the step (override)', 'Or cancel'],
  ],
  rebuild_stalled: [
    [
      'When it moves again, this goes on by itself',
      'Retry: stops the run and orders it once more',
      'Or cancel',
    ],
  ],
  rebuild_failed: [
    ['Retry: begins again', 'Or override, retry from Rebuild: begins again in any case', 'Or cancel'],
  ],
  synchronizer_lost: [
    [
      'Look at system6-dcr-sync in den/tenant-105858-prod; when it is back, this goes on by itself',
      'Retry: scales it up again where somebody took it down',
      'Or cancel',
    ],
    ['Retry: goes on from the cache file once more', 'Or cancel'],
    ['Retry: begins again, the work so far is lost', 'Or cancel'],
  ],
  write_failed: [
    [
      'Retry: writes them once more',
      'Or extend the deadline, or skip the step (override)',
      'Or cancel: the rebuild is lost then',
    ],
  ],
  teardown_stuck: [
    [
      'Look for finalizers, lost nodes, or somebody who scales them up; when they are gone, this goes on by itself',
      'Retry: scales them down once more',
      'Or keep the farmers (override)',
    ],
  ],
  frontend_not_back: [
    [
      'When it is ready, this goes on by itself',
      'Retry: has it take the caches once more',
      'Or skip the propagation (override): the guardian stays',
    ],
  ],
  guardian: [['Override: drop guardian, when nobody needs it any more']],
  effect_failed: [
    ['Fix what is in the way, then retry', 'Or cancel'],
    ['Fix what Jira complains about, then retry', 'Or cancel; nothing was touched'],
  ],
};

test.each(Object.values(cases).flat())('what can be done: $code', (need) => {
  expect(options[need.code]).toContainEqual(interventionWords(need).options);
});

test('the readiness trap names its fix', () => {
  expect(interventionWords(trap).options).toEqual([
    'Set publishNotReadyAddresses: true on the Service system6-dcr-sync',
    'Then retry the step',
    'Or cancel; nothing but the synchronizer is up',
  ]);
});

test('what can be retried is said as it would go: from the cache file where there is one', () => {
  const retry = (cacheFile: boolean) =>
    interventionWords({ code: 'rebuild_failed', error: 'x', cacheFile }).options[0];
  expect([retry(true), retry(false)]).toEqual([
    'Retry: goes on from the cache file in S3',
    'Retry: begins again',
  ]);
});

test('as many farmers as are ready can be accepted, once there are some', () => {
  const accept = (ready: number) => interventionWords({ ...start, ready }).options[1];
  expect([accept(1), accept(3), accept(0)]).toEqual([
    'Or accept 1 farmer (override)',
    'Or accept 3 farmers (override)',
    'Or accept fewer (override), once some are up',
  ]);
});

test('what is said where nobody gave a reason', () => {
  const what = (need: Need) => interventionWords(need).what;
  const effect = { kind: 'stop_run' } as const;
  expect([
    what({ code: 'synchronizer_not_ready', unseen: undefined }),
    what({ code: 'rebuild_stalled', silent: { error: undefined } }),
    what({ code: 'rebuild_failed', cacheFile: false }),
    what({ code: 'history_stalled', why: 'failed' }),
    what({ code: 'write_failed', why: 'failed', lost: true }),
    what({ code: 'effect_failed', ticket: undefined }),
    what({ code: 'effect_failed', effect }),
    what({ code: 'effect_failed', effect, unknown: true }),
    what({ code: 'frontend_not_back', untouched: [], guardian: 'system6-dcr-sync' }),
    what({ code: 'teardown_stuck', left: [] }),
  ]).toEqual([
    'Whether the synchronizer is up cannot be seen: the cluster does not answer. Nothing is changed meanwhile.',
    'The rebuild has stood still for too long. The engine does not answer: it was not looked at Nothing was changed.',
    'The rebuild failed: the engine does not say why. The farmers are still up.',
    'The history update failed: the engine does not say why. No farmer was started.',
    `Writing the caches failed twice: the synchronizer lost it. ${safe}`,
    'The Jira ticket could not be made, and nothing is touched without one: Jira refused it',
    'Could not be done: stopping the run. it failed',
    'Could not be done: stopping the run. its outcome cannot be found out',
    'a frontend is not back with the new caches. The propagation has stopped. The guardian stays up (system6-dcr-sync).',
    'Pods do not go away: what is under way is finished first. They cost money until they are gone.',
  ]);
});

test('a frontend, with what the engine says of it', () => {
  const need = { code: 'frontend_not_back', untouched: [], guardian: 'system6-dcr-sync' } as const;
  expect(interventionWords({ ...need, frontend: 'system6-fe1', says: 'DOWN' }).what).toBe(
    'system6-fe1 (DOWN) is not back with the new caches. The propagation has stopped. The guardian stays up (system6-dcr-sync).',
  );
});
