import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type SlackBox, startSlackBox } from '../../../sandbox/slack/start.ts';
import { type BlockForms, createBlockForms } from '../../../src/delivery/block-forms.ts';
import type { PostedMessage, SlackResult } from '../../../src/delivery/slack-result.ts';
import { unpackMemory } from '../../../src/integrations/slack/card-memory.ts';
import { createSlackCards } from '../../../src/integrations/slack/cards.ts';
import { createSlackClient, type SlackClient } from '../../../src/integrations/slack/client/client.ts';
import { identify } from '../../../src/integrations/slack/client/identity.ts';
import type { RebuildNote } from '../../../src/rebuild/model/parts/told.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import type { CardPort } from '../../../src/rebuild/ports/ports.ts';
import { rebuildCard } from '../../../views/messages/rebuilds/rebuild-card.ts';
import { rebuildNotes } from '../../../views/messages/rebuilds/rebuild-notes.ts';
import { inState, progress, rebuildContext, rebuildNow } from '../../views/support/rebuilds.ts';
import { keptLog } from './world.ts';

let box: SlackBox;
let client: SlackClient;
let cards: CardPort;
let drawn: number;
/** What drawing waits for. */
let pen: Promise<unknown> = Promise.resolve();
let [atOnce, mostAtOnce] = [0, 0];
const log = keptLog();
const channel = 'C0DCR';
const ctx = rebuildContext();

beforeAll(async () => {
  box = await startSlackBox({ pacing: false });
  client = createSlackClient({ botToken: box.botToken, apiUrl: box.apiUrl, log: keptLog() });
  drawn = 0;
  cards = cardsWith({});
});
const cardsWith = (more: { readonly forms?: BlockForms }): CardPort =>
  createSlackCards({
    web: client.web,
    call: client.call,
    identity: () => identify(client.web),
    log,
    patience: 2_000,
    png: async (svg) => {
      drawn++;
      atOnce++;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      await pen;
      atOnce--;
      return new TextEncoder().encode(svg);
    },
    views: {
      card: (rebuild) => rebuildCard(rebuild, ctx),
      notes: (rebuild, notes) => rebuildNotes(rebuild, notes, ctx),
      chart: ({ id }) => `a picture of ${id}`,
      chartText: ({ id }) => `Chart of ${id}`,
    },
    ...more,
  });
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await box[Symbol.asyncDispose]();
});
afterEach(() => box.control.clearFaults());

let count = 0;
const aRebuild = (): Rebuild => ({ ...inState.running(), id: `system6-20261120-${++count}` });
const posted = (result: SlackResult<PostedMessage>): PostedMessage => {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.value;
};
const aNote = (over: Partial<RebuildNote> = {}): RebuildNote => ({
  n: 1,
  kind: 'milestone',
  at: Date.now(),
  text: 'Half of it is done.',
  ...over,
});
const minuteAgo = () => Date.now() - 60_000;
const repliesOf = async (ts: string) => {
  const { messages } = await client.web.conversations.replies({ channel, ts });
  return (messages ?? []).slice(1);
};
const filesOf = async (ts: string) =>
  (await repliesOf(ts)).flatMap(({ files }) => (files ?? []).map(({ name }) => name));

test('a card is posted once with its key, brought up to date in place, and found', async () => {
  const rebuild = aRebuild();
  const { ts } = posted(await cards.postCard(rebuild));
  expect(posted(await cards.updateCard({ ...rebuild, phase: 'failed' }, ts))).toEqual({ channel, ts });
  const [message, ...more] = await box.control.rootsOf(channel, rebuild.id);
  expect(more).toEqual([]);
  expect(message?.metadata?.['event_type']).toBe('farmhand_rebuild');
  const told = message?.metadata?.['event_payload'] as { readonly id?: string } | undefined;
  expect(told?.id).toBe(rebuild.id);
  expect(unpackMemory(told)).toMatchObject({
    instance: 'system6',
    phase: 'failed',
    kept: { id: rebuild.id },
  });
  expect(message?.blocks[0]?.['block_id']).toBe(`rebuild:${rebuild.id}`);
  expect(message?.text).toContain('Failed');
  expect(await cards.find(rebuild, 0, minuteAgo())).toEqual({ ok: true, value: [{ channel, ts }] });
});

test.each(['metadata_too_large', 'invalid_metadata_schema'])(
  'Slack refuses what the card remembers (%s): it is shown all the same, once, and tells which rebuild it is',
  async (error) => {
    const rebuild = aRebuild();
    await box.control.fault({ method: 'chat.postMessage', times: 1, effect: { kind: 'error', error } });
    const { ts } = posted(await cards.postCard(rebuild));
    await box.control.fault({ method: 'chat.update', times: 2, effect: { kind: 'error', error } });
    expect(posted(await cards.updateCard(rebuild, ts)).ts).toBe(ts);
    const [message, ...more] = await box.control.rootsOf(channel, rebuild.id);
    expect(more).toEqual([]);
    // Nothing but its id was taken in the end.
    expect(message?.metadata?.['event_payload']).toEqual({ id: rebuild.id });
    expect(posted(await cards.updateCard(rebuild, ts)).ts).toBe(ts);
    const [healed] = await box.control.rootsOf(channel, rebuild.id);
    expect(unpackMemory(healed?.metadata?.['event_payload'])?.kept?.id).toBe(rebuild.id);
  },
);

test('notes are one reply, found by the last of them; without a chart there is no file', async () => {
  const rebuild = aRebuild();
  const { ts } = posted(await cards.postCard(rebuild));
  const reply = posted(await cards.postNotes(rebuild, ts, [aNote({ n: 3 }), aNote({ n: 4, text: 'More.' })]));
  const open = { ...rebuild, card: { ...rebuild.card, ts } };
  expect(await cards.find(open, 4, minuteAgo())).toEqual({ ok: true, value: [reply] });
  expect(await cards.find(open, 3, minuteAgo())).toEqual({ ok: true, value: [] });
  expect(await filesOf(ts)).toEqual([]);
});

test('a chart is a file in the thread, drawn and shared once', async () => {
  const rebuild = aRebuild();
  const { ts } = posted(await cards.postCard(rebuild));
  const before = drawn;
  const notes = [aNote({ n: 7, chart: true })];
  posted(await cards.postNotes(rebuild, ts, notes));
  posted(await cards.postNotes(rebuild, ts, notes));
  expect(await filesOf(ts)).toEqual([`${rebuild.id}-7.png`]);
  expect(drawn - before).toBe(1);
});

test('where Slack draws the curves on the card itself, the picture comes with the report', async () => {
  const forms = createBlockForms({ setting: () => 'auto', now: () => 0 });
  const native = cardsWith({ forms });
  const samples = [1, 2, 3].map((n) => ({ at: rebuildNow - n * 60_000, percent: 40, ready: 24 })).reverse();
  const rebuild = { ...aRebuild(), progress: progress({ samples }) };
  const { ts } = posted(await native.postCard(rebuild));
  const before = drawn;
  posted(await native.postNotes(rebuild, ts, [aNote({ chart: true })]));
  expect(drawn).toBe(before);
  posted(await native.postNotes({ ...rebuild, phase: 'released' }, ts, [aNote({ n: 2, chart: true })]));
  expect(drawn).toBe(before + 1);
  const kinds = async () =>
    (await box.control.messages(channel)).find((each) => each.ts === ts)?.blocks.map(({ type }) => type);
  expect(await kinds()).toEqual(expect.arrayContaining(['plan', 'data_visualization']));
});

test('charts are drawn one at a time, and what is said waits for none of them', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  pen = promise;
  mostAtOnce = 0;
  const roots: string[] = [];
  const said = Array.from({ length: 5 }, async () => {
    const rebuild = aRebuild();
    const { ts } = posted(await cards.postCard(rebuild));
    roots.push(ts);
    posted(await cards.postNotes(rebuild, ts, [aNote({ chart: true })]));
  });
  await Promise.all(said);
  const files = async () => (await Promise.all(roots.map(filesOf))).flat();
  expect(await files()).toEqual([]);
  resolve();
  await expect.poll(async () => (await files()).length, { timeout: 10_000 }).toBe(5);
  expect(mostAtOnce).toBe(1);
});
test('a chart that cannot be shared loses nothing of what was said, and is logged', async () => {
  const rebuild = aRebuild();
  const { ts } = posted(await cards.postCard(rebuild));
  await box.control.fault({
    method: 'files.getUploadURLExternal',
    effect: { kind: 'error', error: 'missing_scope' },
  });
  posted(await cards.postNotes(rebuild, ts, [aNote({ chart: true })]));
  expect((await repliesOf(ts)).map(({ text }) => text)).toEqual([
    expect.stringContaining('📊 Half of it is done.'),
  ]);
  expect(log.lines).toContain('chart not shared');
});

test('a reply whose answer was lost gets its chart when it is found', async () => {
  const rebuild = aRebuild();
  const { ts } = posted(await cards.postCard(rebuild));
  const notes = [aNote({ n: 2, chart: true })];
  await box.control.fault({ method: 'chat.postMessage', effect: { kind: 'accept_then_drop' } });
  expect(await cards.postNotes(rebuild, ts, notes)).toMatchObject({ ok: false, kind: 'ambiguous' });
  expect(await filesOf(ts)).toEqual([]);
  const found = await cards.find({ ...rebuild, card: { ...rebuild.card, ts, notes } }, 2, minuteAgo());
  expect(found.ok && found.value.length).toBe(1);
  expect(await filesOf(ts)).toEqual([`${rebuild.id}-2.png`]);
});

test('blocks that Slack refuses are said again in plain words', async () => {
  const rebuild = aRebuild();
  await box.control.fault({
    method: 'chat.postMessage',
    effect: { kind: 'error', error: 'invalid_blocks' },
  });
  const { ts } = posted(await cards.postCard(rebuild));
  const message = (await box.control.messages(channel)).find((one) => one.ts === ts);
  expect(message?.blocks.length).toBe(1);
  expect(message?.blocks[0]?.['block_id']).toBe(`rebuild:${rebuild.id}`);
});
