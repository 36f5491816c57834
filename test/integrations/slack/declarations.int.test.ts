import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type SlackBox, startSlackBox } from '../../../sandbox/slack/start.ts';
import { createSlackClient, type SlackClient } from '../../../src/integrations/slack/client/client.ts';
import { identify } from '../../../src/integrations/slack/client/identity.ts';
import { createDeclarations, type Declarations } from '../../../src/integrations/slack/declarations.ts';
import { keptLog } from './world.ts';

const channel = 'C0SRE';
let box: SlackBox;
let client: SlackClient;
let declarations: Declarations;
beforeAll(async () => {
  box = await startSlackBox({ pacing: false });
  client = createSlackClient({ botToken: box.botToken, apiUrl: box.apiUrl, log: keptLog() });
  declarations = createDeclarations({ ...client, identity: () => identify(client.web) }, channel);
});
afterAll(async () => {
  await client?.[Symbol.asyncDispose]();
  await box?.[Symbol.asyncDispose]();
});
afterEach(() => box.control.clearFaults());

test('the newest of farmhand’s own counts, whatever people write, and people read it too', async () => {
  expect(await declarations.newest()).toEqual({ ok: true, value: undefined });
  const west = await declarations.declare({ region: 'west', by: 'sam', why: 'first <!channel>' }, 'one', {
    beginsAfter: 90_000,
  });
  if (!west.ok) throw new Error(west.kind);
  const first = { region: 'west', by: 'sam', why: 'first <!channel>', ts: west.value.ts };
  expect(await declarations.newest()).toEqual({ ok: true, value: first });
  const east = await declarations.declare(
    { region: 'east', by: 'nora', why: 'west is gone', after: first.ts },
    'two',
    { before: 'west', beginsAfter: 90_000 },
  );
  if (!east.ok) throw new Error(east.kind);
  for (let n = 0; n < 60; n++) await box.control.say({ channel, user: 'U0SRE1', text: `region west ${n}` });
  expect(await declarations.newest()).toEqual({
    ok: true,
    value: { region: 'east', by: 'nora', why: 'west is gone', after: first.ts, ts: east.value.ts },
  });
  const shown = (await box.control.messages(channel)).find(({ ts }) => ts === first.ts);
  expect(shown?.text).toBe('🌍 Region west works from now on');
  const words = JSON.stringify(shown?.blocks);
  expect(words).toContain(
    'west begins 1m 30s from now. Every other region stands by. Promoted by sam with farmhand',
  );
  const second = (await box.control.messages(channel)).find(({ ts }) => ts === east.value.ts);
  expect(second?.text).toBe('🌍 Region east works from now on, and west no more');
  expect(JSON.stringify(second?.blocks)).toContain(
    'west stops by itself, also where nobody reaches it. east begins 1m 30s from now, when west has surely stopped',
  );
  expect(words).not.toContain('<!channel>');
});

test('what cannot be asked is told, and is no “there is none”', async () => {
  const elsewhere = createDeclarations({ ...client, identity: () => identify(client.web) }, 'C0NOWHERE');
  expect(await elsewhere.newest()).toEqual({ ok: false, kind: 'refused', error: 'channel_not_found' });
});
