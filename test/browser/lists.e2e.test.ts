import { afterAll, beforeAll, expect, test } from 'vitest';
import { rules, serviceNamed } from '../../sandbox/generator/catalogue.ts';
import { fault } from '../../sandbox/generator/fault.ts';
import { openStage, type Stage } from './stage.ts';

/** One thing for a whole list, as a person sees it. */
let stage: Stage;
let slack: Stage['slack'];
let story: Stage['story'];

beforeAll(async () => {
  stage = await openStage(
    { slackPacing: false, pacing: { posts_per_second: 1_000, burst: 1_000, updates_per_minute: 60_000 } },
    { width: 1080, height: 900, scale: 1 },
  );
  ({ slack, story } = stage);
  const began = Date.now() - 60_000;
  const of = (n: number) => fault(rules.HighLatency, serviceNamed('search'), 9, n);
  await story.fires(began, of(1), of(2), of(3), fault(rules.PodCrashLooping, serviceNamed('search'), 9, 4));
});
afterAll(() => stage?.[Symbol.asyncDispose]());

test('one ticket for a list: the question, the answer, the thread', async () => {
  await slack.goTo('sre');
  await slack.write('/alerts service=search');
  const list = slack.message('alerts firing for service=search');
  await slack.read(list, 'One ticket for all…');
  await slack.shoot('list-buttons');
  await slack.press(list, 'One ticket for all…');
  const question = slack.message('Raise one ticket for 4 alerts');
  await slack.read(question, 'HighLatency (3×)');
  await slack.shoot('list-ticket-question');
  await slack.press(question, 'Raise one ticket');
  await slack.read(slack.anyMessage('Its key appears in 4 threads').last(), 'One ticket');
  await slack.goTo('alerts');
  const root = slack.message('OPS-1');
  await slack.openThread(root);
  expect(await slack.read(slack.thread, 'One for 4 alerts: service=search')).toContain('OPS-1');
  await slack.shoot('list-ticket-thread');
  await slack.closeThread();
});

test('one silence for a list: the form says by what and what else', async () => {
  await slack.goTo('sre');
  await slack.write('/alerts service=search');
  const list = slack.message('alerts firing for service=search');
  await slack.read(list, 'Silence all…');
  await slack.press(list, 'Silence all…');
  await slack.read(slack.modal, '4 alerts for service=search');
  await slack.shoot('list-silence-form');
});
