import { afterAll, beforeAll, expect, test } from 'vitest';
import { inlineText, readWiki, strangeIn } from '../../sandbox/jira/wiki/read-wiki.ts';
import { namespaces, openRebuildScene, type RebuildScene, rami } from './support/rebuild-scene.ts';
import { tracesOf, wrongWith } from './support/rebuild-traces.ts';
import { nora, sam } from './support/scene.ts';

let on: RebuildScene;
beforeAll(async () => {
  on = await openRebuildScene({ jira: 'data_center' });
});
afterAll(async () => {
  await on?.[Symbol.asyncDispose]();
});

/** What is read as more than words in a text of a ticket: its address, or its type and words. */
const strange = (text: string): readonly string[] =>
  readWiki(text)
    .flatMap((block) => {
      if (block.type === 'table') return block.rows.flat().flatMap(({ content }) => content);
      return 'content' in block ? block.content : [];
    })
    .flatMap((node) => strangeIn([node]))
    .map((node) => {
      if (node.type === 'link') return node.href;
      return 'content' in node ? `${node.type}: ${inlineText(node.content)}` : node.type;
    });

test('a gov rebuild whose tickets are in a Jira Data Center: asked for, refused to its own requester, approved, limited on the way, finished', {
  timeout: 240_000,
}, async () => {
  const { dcr, told, press, thread, books, card, scene } = on;
  const { jira } = scene.world;
  await dcr(
    sam,
    'start systemgov1 --reason "{html}<b>new</b>{html} [~admin] !x! |dataset| https://evil.example"',
  );
  await press(sam, await told(sam, /Plan: rebuild of \*systemgov1\*/), 'rebuildConfirm');
  const { id } = await on.started('systemgov1');
  const asked = await card(id, /[Aa]pprov/);
  await press(sam, asked, 'rebuildApprove');
  await told(sam, /second person|somebody else|not approve/i);
  jira.limit(4);
  await press(nora, asked, 'rebuildApprove');
  await thread(id, /approved/);
  await dcr(rami, 'status systemgov1');
  const ended = await books.told(id, 150_000);
  expect(ended.phase).toBe('released');

  const traces = await tracesOf(scene.world, ended);
  expect(wrongWith(ended, traces, await books.journal(id), 4)).toEqual([]);
  const [issue] = jira.issues();
  const description = String(issue?.description);
  const link = `https?://[^ ]+/archives/${ended.card.channel}/p\\d+`;
  const shown = strange(description);
  expect(shown.filter((one) => !/^em: /.test(one))).toEqual([expect.stringMatching(new RegExp(`^${link}`))]);
  expect(description).not.toContain('{html}');
  for (const { body } of issue?.comments ?? []) {
    expect(strange(String(body)).filter((one) => !/^(em|strong): /.test(one))).toEqual([]);
  }
  expect(JSON.stringify(issue)).not.toContain('"type":"doc"');
  expect(on.rebuilds.cluster.view.replicas(namespaces.systemgov1, 'systemgov1-dcr-farmer')).toBe(0);
});
