import { expect, test } from 'vitest';
import { anAlert } from '../../views/support/builders.ts';
import { slash } from '../payloads.ts';
import { slackWorld } from '../slack-world.ts';

const alerts = [
  anAlert(),
  anAlert({ id: '1111aaaa-1', severity: 'warning', name: 'PodCrashLooping', tier: 'gov' }),
  anAlert({ id: '2222bbbb-1', status: 'resolved', name: 'OldOne' }),
];

test('lists what is open', async () => {
  const world = slackWorld({ alerts });
  expect(await world.process(slash(''))).toEqual({ response: undefined, first: true });
  const [text] = world.seen();
  expect(text).toContain('*2 alerts firing*');
  expect(text).not.toContain('OldOne');
});

test('says how many wait for their threads', async () => {
  const thread = { state: 'wanted', since: 0, event: 'e' } as const;
  const world = slackWorld({ alerts: [...alerts, anAlert({ id: '3333cccc-1', thread })] });
  await world.process(slash(''));
  expect(world.seen()[0]).toContain('⏳ Waiting for their threads: 1 in <#C01ALERTS>.');
});

test.each([
  ['critical', '*1 alert firing for critical*'],
  ['tier=gov', '*1 alert firing for tier=gov*'],
  [
    'tier=dev',
    'No firing alert fits `tier=dev`.\nNo firing alert has `tier=dev`. There are `tier=gov`, `tier=prod`.\n⚠️ 2 alerts are firing: `/alerts` lists them.',
  ],
  ['foo=bar', 'No firing alert fits `foo=bar`.\nNo firing alert has a label `foo`. There are `'],
  [
    'sevice=checkout',
    'No firing alert fits `sevice=checkout`.\nNo firing alert has a label `sevice`. Did you mean `service`? There are `',
  ],
  ['info', 'No firing alert fits `info`.\nNo firing alert has `severity=info`. There are `severity='],
  ['resolved', '*1 alert resolved*'],
  ['severity>=error', '*1 alert firing for severity&gt;=error*'],
  ['severity>=warning tier!=prod', '*1 alert firing for severity&gt;=warning tier!=prod*'],
  ['alertname=~"High.*"', '*2 alerts firing for alertname=∼High.'],
  ['mine', 'No firing alert fits `mine`.\n⚠️ 2 alerts are firing: `/alerts` lists them.'],
  ['critcal', '🚫 I don’t know “critcal”. Did you mean “critical”?'],
  ['crit', '*1 alert firing for critical*'],
  ['list', '*2 alerts firing*'],
  ['open', '*2 alerts firing*'],
  [
    'ack 1111',
    '🚫 Nothing was changed: `/alerts` only shows. To acknowledge an alert, press *Acknowledge* on it, or reply `ack` in its thread.\n*PodCrashLooping*: ',
  ],
  [
    'ack 9999',
    '🚫 Nothing was changed: `/alerts` only shows. To acknowledge an alert, press *Acknowledge* on it, or reply `ack` in its thread.\nNo alert, or more than one, begins with `9999`',
  ],
  ['handover', '*Handover: 2 alerts firing'],
  ['handover you', '🚫 “handover” takes only “here”'],
  ['why 1111', '*Why PodCrashLooping is where it is*'],
  ['why 9999', '🚫 No alert, or more than one, begins with `9999`.'],
  ['help', '*In an alert’s thread* (also after <@U0BOT>)'],
])('/alerts %s', async (text, begins) => {
  const world = slackWorld({ alerts });
  await world.process(slash(text));
  expect(world.seen()[0]?.slice(0, begins.length)).toBe(begins);
  expect(world.calls.map((call) => [call.method, call.body['response_type']])).toEqual([
    ['respond', 'ephemeral'],
  ]);
});

test('a handover for everybody is seen by everybody, because somebody asked for just that', async () => {
  const world = slackWorld({ alerts });
  await world.process(slash('handover here'));
  expect(world.calls.map((call) => call.body['response_type'])).toEqual(['in_channel']);
});
