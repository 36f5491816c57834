import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Rule, rules, serviceNamed, type services } from '../../sandbox/generator/catalogue.ts';
import { fault } from '../../sandbox/generator/fault.ts';
import { picture } from './browser.ts';
import { openStage, type Stage } from './stage.ts';

/** Threads in a second and channel, until the last test changes it. */
const slow = 0.3;

/** A storm, seen in the channel: one message tells what waits, and at the end what became of it. */
let stage: Stage;
let world: Stage['world'];
let slack: Stage['slack'];
let story: Stage['story'];

const began = Date.now() - 60_000;
const perPod = (rule: Rule, service: (typeof services)[number]['name'], pods: number) =>
  Array.from({ length: pods }, (_, i) => fault(rule, serviceNamed(service), 9, i + 1));
const down = fault(rules.DatabasePrimaryDown, serviceNamed('orders'), 0);
const waits = perPod(rules.ConnectionPoolExhausted, 'orders', 14);
const latency = [...perPod(rules.HighLatency, 'search', 12), ...perPod(rules.HighLatency, 'catalog', 9)];
const brief = perPod(rules.PodCrashLooping, 'reporting', 8);

beforeAll(async () => {
  stage = await openStage(
    {
      slackPacing: false,
      // Those who come last wait until the last test lets them go, however slow the machine is.
      pacing: { posts_per_second: slow, burst: 3 },
      digest: { threshold: 10, refresh: '1s' },
    },
    { width: 1080, height: 780, scale: 2 },
  );
  ({ world, slack, story } = stage);
});

afterAll(() => stage?.[Symbol.asyncDispose]());

test('a storm gets one message that says what waits, by severity, name and service', async () => {
  await story.fires(began, down, ...waits, ...latency, ...brief);
  const digest = slack.anyMessage('waiting for their threads');
  await digest.waitFor();
  const text = await slack.read(digest, 'HighLatency · search');
  expect(text).toContain('The most severe come first');
  await slack.message('orders-1').waitFor();
  await slack.anyMessage('DatabasePrimaryDown').last().scrollIntoViewIfNeeded();
  await slack.shoot('digest-open');
  // `docs/img/digest.png` is a copy of this one.
  const area = await slack.page.locator('.main').boundingBox();
  const left = area?.x ?? 0;
  await slack.page.screenshot({
    path: picture('readme-digest'),
    clip: { x: left, y: 44, width: 1080 - left, height: 590 },
  });
});

test('/alerts says how many still wait', async () => {
  await slack.goTo('sre');
  await slack.write('/alerts');
  const list = slack.anyMessage('alerts firing');
  expect(await slack.read(list, 'Waiting for their threads')).toContain('DatabasePrimaryDown');
  await list.scrollIntoViewIfNeeded();
  await slack.shoot('alerts-list-storm');
  await slack.goTo('alerts');
});

test('what resolves before its turn gets no thread; in the end the message says what became of all', async () => {
  await story.resolves(began, began + 30_000, ...brief);
  const config = await readFile(world.configFile, 'utf8');
  await writeFile(world.configFile, config.replace(`posts_per_second: ${slow}`, 'posts_per_second: 20'));
  // The first thread may be open before the digest is, and is none of those that waited then.
  const digest = slack.anyMessage(/Caught up: 3[56] threads opened, 8 resolved before their turn/);
  await digest.waitFor({ timeout: 60_000 });
  const text = await slack.read(digest, 'Without a thread');
  expect(text).toContain('PodCrashLooping · reporting 8×');
  await digest.scrollIntoViewIfNeeded();
  await slack.shoot('digest-closed');
  expect(await slack.anyMessage('Caught up').count()).toBe(1);
  expect(await slack.channel.locator('.msg', { hasText: 'PodCrashLooping' }).count()).toBe(1);
});
