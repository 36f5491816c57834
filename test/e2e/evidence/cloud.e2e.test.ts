import { afterAll, beforeAll, test } from 'vitest';
import { openRebuildScene, type RebuildScene } from '../support/rebuild-scene.ts';
import { auditByTicket, auditInSlack, runTwoPeople, type Told } from './story.ts';

/** A rebuild where two people are needed, and what an auditor is left with. */
let on: RebuildScene;
let told: Told;
beforeAll(async () => {
  on = await openRebuildScene();
});
afterAll(async () => {
  await on?.[Symbol.asyncDispose]();
});

test('asked, refused to oneself, approved by another, Jira down, an override with a second approval, finished', {
  timeout: 240_000,
}, async () => {
  told = await runTwoPeople(on, 'new dataset');
});

test('the ticket and the pack in it prove all of it', () => auditByTicket(on, told));

test('whoever may read it gets it in private, and that they did is in the audit', () =>
  auditInSlack(on, told));
