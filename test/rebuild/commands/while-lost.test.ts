import { expect, test } from 'vitest';
import { whileLost } from '../../../src/rebuild/commands/while-lost.ts';
import type { RebuildCommand, RebuildService } from '../../../src/rebuild/model/command.ts';

const sam = { id: 'U0SRE1' };
const why = 'farmhand has lost its records and recovers.';

const world = (lost: string | undefined) => {
  const asked: string[] = [];
  const none = { ok: false, code: 'not_found', says: ['There is none on record.'] } as const;
  const service: RebuildService = {
    plan: async () => {
      asked.push('plan');
      return none;
    },
    start: async () => {
      asked.push('start');
      return none;
    },
    apply: async (_, { verb }) => {
      asked.push(verb);
      return none;
    },
    giveUp: async () => {
      asked.push('give up');
      return none;
    },
    doctor: async () => {
      asked.push('doctor');
      return none;
    },
  };
  return { asked, service: whileLost(service, () => lost) };
};

const commands: readonly RebuildCommand[] = [
  { verb: 'scale', farmers: 11 },
  { verb: 'resume' },
  { verb: 'retry' },
  { verb: 'approve' },
  { verb: 'withdraw' },
  { verb: 'override', kind: 'force', reason: 'x' },
  { verb: 'pause', reason: 'x' },
  { verb: 'cancel', reason: 'x' },
];

test('while records are lost nothing is started or changed; a pause and a cancel are taken down', async () => {
  const { asked, service } = world(why);
  const says = [
    why,
    'Nothing was started. Try again when the message about it in the alert channel says that it is over.',
  ];
  expect(await service.start('draft', sam)).toEqual({ ok: false, code: 'not_now', says });
  for (const command of commands) await service.apply('system6-20261120-1', command, sam);
  await service.plan({ instance: 'system6', forced: false }, sam);
  await service.doctor('system6', sam);
  await service.giveUp('system6', sam, 'over');
  expect(asked).toEqual(['pause', 'cancel', 'plan', 'doctor']);
});

test('a rebuild that is not on record may be one that was lost', async () => {
  const { service } = world(why);
  const answer = await service.apply('system6-20261120-1', { verb: 'pause', reason: 'x' }, sam);
  expect(answer).toEqual({ ok: false, code: 'not_found', says: ['There is none on record.', why] });
});

test('while all is well everything goes through', async () => {
  const { asked, service } = world(undefined);
  await service.start('draft', sam);
  for (const command of commands) await service.apply('system6-20261120-1', command, sam);
  expect(asked).toEqual([
    'start',
    'scale',
    'resume',
    'retry',
    'approve',
    'withdraw',
    'override',
    'pause',
    'cancel',
  ]);
});
