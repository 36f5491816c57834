import { afterAll, beforeAll, expect, test } from 'vitest';
import { inlineText, readWiki, strangeIn } from '../../../sandbox/jira/wiki/read-wiki.ts';
import { namespaces, openRebuildScene, type RebuildScene } from '../support/rebuild-scene.ts';
import { auditByTicket, auditInSlack, instance, runTwoPeople, type Told } from './story.ts';

/** The same where the tickets are in a Jira Data Center; and whatever people type stays text in its wiki markup. */
let on: RebuildScene;
let told: Told;
beforeAll(async () => {
  on = await openRebuildScene({ jira: 'data_center' });
});
afterAll(async () => {
  await on?.[Symbol.asyncDispose]();
});

const markup = '{html}<b>new</b>{html} [~admin] !x! |dataset| https://evil.example';

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

test('asked, refused to oneself, approved by another, Jira down, an override with a second approval, finished', {
  timeout: 240_000,
}, async () => {
  told = await runTwoPeople(on, markup);
  expect(on.rebuilds.cluster.view.replicas(namespaces[instance], `${instance}-dcr-farmer`)).toBe(0);
});

test('the ticket and the pack in it prove all of it', () => auditByTicket(on, told));

test('the wiki text of the ticket shows what was typed, and does nothing of it', () => {
  const { ended, issue, shown } = told;
  const description = String(issue.description);
  const link = `https?://[^ ]+/archives/${ended.card.channel}/p\\d+`;
  expect(strange(description).filter((one) => !/^em: /.test(one))).toEqual([
    expect.stringMatching(new RegExp(`^${link}`)),
  ]);
  expect(description).not.toContain('{html}');
  for (const { body } of issue.comments) {
    expect(strange(String(body)).filter((one) => !/^(em|strong): /.test(one))).toEqual([]);
  }
  expect(JSON.stringify(issue)).not.toContain('"type":"doc"');
  expect(shown.join('\n')).toContain(markup);
});

test('whoever may read it gets it in private, and that they did is in the audit', () =>
  auditInSlack(on, told));
