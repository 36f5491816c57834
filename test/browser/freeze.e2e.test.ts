import { afterAll, beforeAll, expect, test } from 'vitest';
import { picture } from './browser.ts';
import { openStage, type Stage, withRebuilds } from './stage.ts';

/** A freeze as people see it: the answer, a refusal, the card, its thread, and App Home. */
let stage: Stage;

beforeAll(async () => {
  stage = await openStage(withRebuilds, { width: 1180, height: 900, scale: 2 });
  await stage.slack.goTo('dcr');
});

afterAll(() => stage?.[Symbol.asyncDispose]());

test('a freeze stops a rebuild where it is, refuses with who and why, and is thawed', async () => {
  const { slack } = stage;
  await slack.write('/dcr start system6 --reason "caches are outdated"');
  await slack.press(slack.message('Plan: rebuild of'), 'Start it');
  const card = slack.message('system6-');
  await slack.read(card, 'Running');
  await slack.write('/dcr freeze all the storage moves for 4h');
  const answer = await slack.read(slack.channel, 'Frozen: all instances, until');
  expect(answer).toContain('1 rebuild in flight is held: system6-');
  const text = await slack.read(card, 'Frozen by @Sam (SRE)');
  expect(text).toMatch(/system6 · Frozen · system6-\d{8}-1/);
  expect(text).toContain('(all instances): the storage moves');
  await slack.page.screenshot({ path: picture('freeze-channel'), animations: 'disabled' });
  await slack.write('/dcr scale system6 8');
  await slack.read(slack.channel, 'Not scaled: all instances are frozen by Sam');
  await slack.openThread(card);
  await slack.read(slack.thread, 'all instances are frozen by Sam');
  await slack.page.screenshot({ path: picture('freeze-refused'), animations: 'disabled' });
  await slack.closeThread();
  await slack.write('/dcr list');
  // Words of the list alone.
  const list = slack.channel.locator('.msg', { hasText: 'shows one in full' });
  expect(await slack.read(list, 'All instances are frozen')).toContain(
    'Nothing is started, scaled or taken down',
  );
  await slack.page.screenshot({ path: picture('freeze-list'), animations: 'disabled' });
  await slack.page.locator('.sidebar-item', { hasText: 'farmhand' }).click();
  const home = slack.page.locator('.main');
  const frozen = await slack.read(home, 'All instances are frozen');
  expect(frozen).toMatch(
    /❄️ All instances are frozen by @Sam \(SRE\).* until .*, since .*: the storage moves\nNothing is started, scaled or taken down; what is up stays up\. To end it: \/dcr thaw all/,
  );
  expect(frozen).toMatch(/system6 · Frozen/);
  await slack.page.screenshot({ path: picture('freeze-home'), animations: 'disabled' });
  await slack.goTo('dcr');
  await slack.write('/dcr thaw all it is back');
  await slack.read(slack.channel, 'Thawed: all instances.');
  // The channel is told, once each.
  const said = (text: string) => slack.channel.locator('.msg', { hasText: text });
  const over = await slack.read(said('All instances are thawed'), 'was lifted by');
  expect(over).toMatch(
    /The freeze by @Sam \(SRE\) \(the storage moves\) was lifted by @Sam \(SRE\) after .*: it is back/,
  );
  await slack.read(said('Rebuilds in flight are held'), 'All instances are frozen by @Sam (SRE)');
  await slack.page.screenshot({ path: picture('freeze-told'), animations: 'disabled' });
  expect(await slack.read(card, 'Running')).not.toContain('Frozen by');
  expect(stage.problems).toEqual([]);
});
