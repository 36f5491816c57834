import { expect, test } from 'vitest';
import {
  adoptedWords,
  endedBeforeWords,
  type GoesOn,
  givenUpWords,
  goesOnWords,
  leftWords,
  missingWords,
  type NoAdoption,
  noAdoptionWords,
  overWords,
} from '../../../../src/rebuild/messages/commands/adoption.ts';
import { seenUp } from '../../../builders/lost.ts';
import { aGitopsInstance, anInstance } from '../../../builders/rebuild.ts';

const id = 'system6-20261120-1';
const instance = anInstance();
const facts = seenUp(24, 1);
const found = [
  'system6-dcr-sync in den/tenant-105858-prod: 1 wanted, 1 ready.',
  'system6-dcr-farmer in den/tenant-105858-prod: 24 wanted, 24 ready.',
  'The engine: nothing runs.',
];
const byHand = [
  'To end it by hand: kubectl --context den -n tenant-105858-prod scale statefulset system6-dcr-farmer system6-dcr-sync --replicas=0',
  'When it is over, say so: /dcr recovery done system6 <why>. Its card (system6-20261120-1) says so then, and /dcr start system6 plans a new one.',
];

test.each<readonly [NoAdoption, readonly string[]]>([
  [
    { code: 'lost_is_over', id, instance },
    [
      'system6-20261120-1 is over, as its card says.',
      'Say so: /dcr recovery done system6.',
      'Nothing was changed.',
    ],
  ],
  [
    { code: 'card_lacks_memory', id, instance, facts },
    [
      'system6-20261120-1 was in flight when farmhand lost its records, and its card does not remember enough to go on with it.',
      ...found,
      ...byHand,
      'Nothing was changed.',
    ],
  ],
  [
    { code: 'values_moved', id, instance, moved: [{ part: 'cluster', was: 'den', is: 'lair' }] },
    [
      'system6-20261120-1 was in flight when farmhand lost its records, and the values of system6 are not the same any more: cluster den before, lair now. It cannot be adopted under these.',
      ...byHand,
      'Nothing was changed.',
    ],
  ],
  [
    { code: 'cluster_unseen', id, instance, facts },
    [
      'system6-20261120-1 was in flight when farmhand lost its records. It can be adopted when its cluster can be looked at.',
      ...found,
      'Nothing was changed.',
    ],
  ],
])('$0.code', (why, words) => {
  expect(noAdoptionWords(why)).toEqual(words);
});

test('by commits, it is ended by a commit', () => {
  const why = { code: 'card_lacks_memory', id, instance: aGitopsInstance(), facts } as const;
  expect(noAdoptionWords(why).join(' ')).toContain(
    'set dcr.farmers.replicas and dcr.synchronizer.replicas in instances/system6.yaml to 0',
  );
});

test.each<readonly [GoesOn, string]>([
  [{ code: 'teardown' }, 'It was being ended: the teardown goes on.'],
  [
    { code: 'stays_paused', step: 'rebuild' },
    'It was paused, and stays paused in the step Rebuild until somebody resumes it.',
  ],
  [
    { code: 'step', step: 'rebuild' },
    'It goes on in the step Rebuild. Every change is looked for in the world before it is made.',
  ],
  [
    { code: 'step' },
    'It goes on in the step its end. Every change is looked for in the world before it is made.',
  ],
])('$0.code', (goesOn, words) => {
  expect(goesOnWords(goesOn)).toBe(words);
});

test('what is missing', () => {
  expect(missingWords).toEqual({
    journal: 'its journal, and the curve of its chart so far',
    orders: 'what was asked for, said or approved after its card was last brought up to date',
    ticket: 'whether its ticket was raised: that is looked up before one is raised',
  });
});

test.each([
  [false, ''],
  [true, ' Nothing is changed before another person has approved it as it is.'],
])('adopted; another person must approve it: %s', (approval, end) => {
  const goesOn = { code: 'teardown' } as const;
  const by = { id: 'U0ADA', name: 'Ada' };
  expect(adoptedWords({ instance, facts, goesOn, approval, by, reason: 'new dataset' })).toEqual([
    `Adopted: farmhand had lost its records, and goes on with what this card remembered and what is there. ${found.join(' ')} It was being ended: the teardown goes on.${end}`,
    'Started by Ada, because: new dataset.',
    'Missing here: what was done, asked for or said after its card was last brought up to date before the loss.',
  ]);
});

test.each([
  ['released by hand', ': released by hand.'],
  ['', '.'],
])('given up: “%s”', (why, because) => {
  expect(givenUpWords({ id: 'U0NORA', name: 'Nora' }, why)).toEqual({
    text: `Given up by Nora, as over${because} farmhand had lost its records, changed nothing in the cluster for that, and does not know what became of this rebuild.`,
    reason: `given up after farmhand had lost its records${because} farmhand changed nothing in the cluster for that, and does not know what became of the rebuild`,
  });
});

test('an older record came back', () => {
  expect(endedBeforeWords).toBe('An older copy of its record came back; its card knows that it is over.');
});

test('said to be over: what is left of it, and how to end that', () => {
  expect(overWords(id)).toBe('system6-20261120-1 is over, as you say. Nothing was changed in the cluster.');
  expect(leftWords(instance, seenUp(0, 0))).toEqual([
    'Nothing of it is up any more: /dcr start system6 plans a new one.',
  ]);
  expect(leftWords(instance, facts)).toEqual([
    ...found,
    'That costs money until it is gone.',
    byHand[0],
    'After that /dcr start system6 plans a new one.',
  ]);
});
