import { afterAll, beforeAll, expect, test } from 'vitest';
import { rules, serviceNamed } from '../../sandbox/generator/catalogue.ts';
import { fault } from '../../sandbox/generator/fault.ts';
import { nora, sam } from '../e2e/support/scene.ts';
import { until } from '../e2e/support/until.ts';
import { openStage, type Stage } from './stage.ts';

/** Half an hour in which nobody reacts, a minute of it in a second; then whoever goes off duty hands over what is open. */
let stage: Stage;
let slack: Stage['slack'];

const began = Date.now() - 120_000;
const ignored = fault(rules.ConnectionPoolExhausted, serviceNamed('orders'), 9, 1);
const taken = fault(rules.ConnectionPoolExhausted, serviceNamed('checkout'), 9, 2);

beforeAll(async () => {
  stage = await openStage(
    {
      slackPacing: false,
      routes: [
        {
          name: 'services',
          notify: [
            { after: '0s', mention: ['S0SRE'] },
            { after: '10s', mention: [sam] },
            { after: '30s', mention: ['channel'] },
          ],
          actions: ['thread'],
        },
      ],
    },
    { width: 1080, height: 900, scale: 2 },
  );
  ({ slack } = stage);
});
afterAll(() => stage?.[Symbol.asyncDispose]());

test('each step mentions its people once, in its turn', { timeout: 120_000 }, async () => {
  await stage.story.fires(began, ignored);
  await slack.read(slack.message('orders'), 'Firing');
  const mentions = async () =>
    (await stage.world.slack.control.messages('C0ALERTS')).flatMap(({ text, threadTs }) =>
      threadTs === undefined ? [] : (text.match(/<[!@][^>]+>/g) ?? []),
    );
  await until('the last step', mentions, (all) => all.includes('<!channel>'), 90_000);
  expect(await mentions()).toEqual(['<!subteam^S0SRE>', `<@${sam}>`, '<!channel>']);
  await slack.openThread(slack.message('orders'));
  await slack.read(slack.thread, 'please look at this');
  await slack.shoot('handover-nobody');
  await slack.closeThread();
});

test('who goes off duty sees what nobody has, and what they have; given to a colleague, it is theirs', {
  timeout: 120_000,
}, async () => {
  await stage.story.fires(began, taken);
  await slack.read(slack.message('checkout'), 'Firing');
  await slack.press(slack.message('checkout'), 'Acknowledge');
  await slack.read(slack.message('checkout'), 'Acknowledged');
  await slack.write('/alerts handover');
  const before = slack.anyMessage('Handover: 2 alerts firing').last();
  const text = await slack.read(before, 'orders');
  expect(text).toContain('Sam');
  await slack.shoot('handover-before', before);
  await slack.openThread(slack.message('checkout'));
  await slack.write(`assign <@${nora}>`, 'thread');
  await slack.read(slack.thread, 'has it now');
  await slack.shoot('handover-assigned');
  await slack.closeThread();
  await slack.write('/alerts handover here');
  const after = slack.anyMessage('Handover: 2 alerts firing').last();
  await slack.read(after, 'Nora');
  await slack.shoot('handover-after', after);
  expect(stage.problems).toEqual([]);
});
