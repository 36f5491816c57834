import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch } from 'undici';
import { expect, onTestFinished } from 'vitest';
import type { Issue } from '../../../sandbox/jira/world.ts';
import { sha256 } from '../../../src/core/hash.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { actionIds, blockIds } from '../../../views/ids.ts';
import { hands } from '../../conformance/jira/hand.ts';
import { unzip } from '../../support/unzip.ts';
import { type RebuildScene, rami } from '../support/rebuild-scene.ts';
import { tracesOf, wrongWith } from '../support/rebuild-traces.ts';
import { buttonsOf, nora, readable, sam } from '../support/scene.ts';
import { until } from '../support/until.ts';

/** An instance where two people are needed. */
export const instance = 'systemgov1';

/** A rebuild that is over, and its ticket with the pack in it. */
export interface Told {
  readonly ended: Rebuild;
  readonly issue: Issue;
  /** All that the ticket shows, a cell or a line each. */
  readonly shown: readonly string[];
}

/**
 * Asked for, refused to its own requester, approved by another; Jira goes down while it runs, an override waits for a
 * second approval meanwhile, and it ends. `reason`: what is typed behind `--reason`.
 */
export const runTwoPeople = async (on: RebuildScene, reason: string): Promise<Told> => {
  const { dcr, told, press, card, books, rebuilds, scene } = on;
  const { jira } = scene.world;
  const { id } = await on.start(rami, instance, `--reason "${reason}"`);
  const asked = await card(id, /[Aa]pprov/);
  await press(rami, asked, 'rebuildApprove');
  await told(rami, /whoever asked for a rebuild cannot approve it/);
  // Jira has had enough of calls, too.
  jira.limit(4);
  await approvedBySam(on, id);
  rebuilds.engine.speed(instance, 0.1);
  await on.inStep(id, 'rebuild');

  jira.control.outage(true);
  await on.form(nora, () => dcr(nora, `override ${instance}`), fewerFarmers('two nodes are gone'));
  const listed = (field: 'asked' | 'overrides') => async () => (await books.get(id))?.[field] ?? [];
  const one = (list: readonly unknown[]) => list.length === 1;
  const [held] = await until('the override to wait for another person', listed('asked'), one);
  expect(held?.by.id).toBe(nora);
  await approvedBySam(on, id, async () => one(await listed('overrides')()));
  rebuilds.engine.speed(instance, 1);
  jira.control.outage(false);
  const ended = await books.told(id, 150_000);
  expect([ended.phase, ended.approval?.by.id]).toEqual(['released', sam]);
  expect(wrongWith(ended, await tracesOf(scene.world, ended), await books.journal(id), 4)).toEqual([]);

  const { texts } = hands[jira.kind];
  const issue = jira.issues().find(({ key }) => key === ended.ticket.key);
  if (!issue) throw new Error('there is no ticket');
  return {
    ended,
    issue,
    shown: [issue.description, ...issue.comments.map(({ body }) => body)].flatMap(texts),
  };
};

/** On a busy machine Slack may not tell in time who may, and that is said: Sam presses it again until it is done. */
const approvedBySam = async (
  { card, press, books }: RebuildScene,
  id: string,
  done = async () => (await books.get(id))?.approval !== undefined,
): Promise<void> => {
  let pressed = -Number.MAX_VALUE;
  const look = async () => {
    if (await done()) return true;
    const waits = await card(id);
    if (performance.now() - pressed > 15_000 && buttonsOf(waits).includes(actionIds.rebuildApprove)) {
      pressed = performance.now();
      await press(sam, waits, 'rebuildApprove');
    }
    return false;
  };
  await until('the approval', look, Boolean, 90_000);
};

const text = (action: string, value: string) => ({ [action]: { type: 'plain_text_input', value } });
const fewerFarmers = (why: string) => ({
  [blockIds.overrideKind]: {
    [actionIds.overrideKind]: { type: 'static_select', selected_option: { value: 'accept_farmers' } },
  },
  [blockIds.overrideStep]: { [actionIds.overrideStep]: { type: 'static_select', selected_option: null } },
  [blockIds.overrideAmount]: text(actionIds.overrideAmount, '1'),
  [blockIds.overrideReason]: text(actionIds.overrideReason, why),
});

/** What an auditor does who has nothing but the ticket: everything is in its one file, and it verifies by itself. */
export const auditByTicket = async ({ scene }: RebuildScene, { ended, issue, shown }: Told) => {
  const { jira } = scene.world;
  for (const said of ['Finished', 'two nodes are gone', ended.plan.hash]) {
    expect(shown.join('\n')).toContain(said);
  }
  const packs = issue.attachments.filter(({ name }) => name.endsWith('.zip'));
  expect(packs).toHaveLength(1);
  const [pack] = packs;
  const answer = await fetch(`${jira.url}/secure/attachment/${pack?.id}/${pack?.name}`);
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(shown.join('\n')).toContain(sha256(bytes));

  const folder = mkdtempSync(join(tmpdir(), 'farmhand-evidence-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = unzip(bytes);
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
  // Against what came with the pack, and against what stands in the ticket: its own, and where the pack begins.
  const begins = String(files.get('checkpoints.ndjson')).split('\n')[0];
  writeFileSync(join(folder, 'ticket.txt'), [begins, ...shown].join('\n'));
  for (const known of ['checkpoints.ndjson', 'ticket.txt']) {
    const run = spawnSync(process.execPath, ['verify.mjs', 'audit.ndjson', known], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect([known, run.status, run.stdout]).toEqual([known, 0, expect.stringContaining('Whole:')]);
  }
  const page = String(files.get('index.html'));
  for (const said of ['two nodes are gone', 'released', '<svg', 'Approvals', ended.plan.hash]) {
    expect(page).toContain(said);
  }
  const lines = String(files.get('audit.ndjson')).trimEnd().split('\n');
  const asks = lines
    .map((line) => JSON.parse(line))
    .flatMap(({ actor, command, outcome }) => (command ? [`${actor.id} ${command.verb} ${outcome}`] : []));
  // What was not taken in time on a busy machine is on record, too.
  expect(asks.filter((ask) => !/^U0SRE1 approve (denied|refused)$/.test(ask))).toEqual([
    `${rami} start done`,
    `${rami} approve refused`,
    `${sam} approve done`,
    `${nora} override held`,
    `${sam} approve done`,
  ]);
};

/** Whoever may read the audit in Slack: in private, the pack by direct message; and that they did is in the audit. */
export const auditInSlack = async ({ scene, dcr, told }: RebuildScene, { ended }: Told) => {
  const { slack, url, tokens } = scene.world;
  await dcr(nora, `audit ${ended.id}`);
  const answer = readable(await told(nora, /The audit of the rebuild/));
  expect(answer).toContain('Verified just now: Whole');
  expect(answer).toContain('The evidence pack is in your direct messages');
  expect(
    (await slack.control.messages('C0DCR')).filter((message) => message.text.includes('evidence')),
  ).toEqual([]);
  const read = await fetch(`${url}/v1/audit?type=audit_read&limit=1000`, {
    // A connection of its own: one that was kept since the start may be closed at this very moment.
    dispatcher: new Agent(),
    headers: { authorization: `Bearer ${tokens.audit}` },
  });
  const { records } = (await read.json()) as {
    readonly records: readonly { readonly actor: { readonly id: string } }[];
  };
  expect(records.map(({ actor }) => actor.id)).toEqual(expect.arrayContaining(['farmhand', nora, 'api']));
};
