import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { sha256 } from '../../../src/core/hash.ts';
import { actionIds, blockIds } from '../../../views/ids.ts';
import { unzip } from '../../support/unzip.ts';
import { openRebuildScene, type RebuildScene, rami } from '../support/rebuild-scene.ts';
import { buttonsOf, nora, readable, sam } from '../support/scene.ts';
import { until } from '../support/until.ts';

/** A rebuild where two people are needed, and what an auditor is left with. */
let on: RebuildScene;
beforeAll(async () => {
  on = await openRebuildScene();
});
afterAll(async () => {
  await on?.[Symbol.asyncDispose]();
});

const instance = 'systemgov1';

test('asked, refused to oneself, approved by another, Jira down, an override with a second approval: the pack proves it', {
  timeout: 240_000,
}, async () => {
  const { dcr, told, press, card, thread, books, rebuilds, scene } = on;
  const { jira, slack } = scene.world;
  const { id } = await on.start(rami, instance);
  const asked = await card(id, /[Aa]pprov/);
  await press(rami, asked, 'rebuildApprove');
  await told(rami, /second person|somebody else|not approve/i);
  await press(sam, asked, 'rebuildApprove');
  await thread(id, /approved/);
  rebuilds.engine.speed(instance, 0.1);
  await on.inStep(id, 'rebuild');

  jira.control.outage(true);
  const none = (action: string) => ({ [action]: { type: 'plain_text_input', value: null } });
  await on.form(nora, () => dcr(nora, `override ${instance}`), {
    [blockIds.overrideKind]: {
      [actionIds.overrideKind]: { type: 'static_select', selected_option: { value: 'accept_farmers' } },
    },
    [blockIds.overrideStep]: { [actionIds.overrideStep]: { type: 'static_select', selected_option: null } },
    [blockIds.overrideAmount]: {
      ...none(actionIds.overrideAmount),
      [actionIds.overrideAmount]: { type: 'plain_text_input', value: '1' },
    },
    [blockIds.overrideReason]: {
      [actionIds.overrideReason]: { type: 'plain_text_input', value: 'two nodes are gone' },
    },
  });
  const held = await until(
    'the override to wait for another person',
    async () => (await books.get(id))?.asked ?? [],
    (list) => list.length === 1,
    30_000,
  );
  expect(held[0]?.by.id).toBe(nora);
  const waits = await until(
    'the button',
    () => card(id),
    (message) => buttonsOf(message).includes(actionIds.rebuildApprove),
    30_000,
  );
  await press(sam, waits, 'rebuildApprove');
  await until(
    'the override',
    async () => (await books.get(id))?.overrides ?? [],
    (list) => list.length === 1,
    30_000,
  );
  rebuilds.engine.speed(instance, 1);
  jira.control.outage(false);
  const ended = await books.told(id, 150_000);
  expect([ended.phase, ended.approval?.by.id]).toEqual(['released', sam]);

  // The ticket: one pack, named with its hash in the report.
  const issue = await until(
    'the pack in the ticket',
    async () => jira.issues().find(({ key }) => key === ended.ticket.key),
    (found) => JSON.stringify(found?.comments ?? []).includes('The evidence pack is attached'),
    60_000,
  );
  const packs = issue?.attachments.filter(({ name }) => name.endsWith('.zip')) ?? [];
  expect(packs).toHaveLength(1);
  const bytes = packs[0]?.bytes ?? Buffer.alloc(0);
  expect(JSON.stringify(issue?.comments)).toContain(sha256(bytes));

  // The auditor: everything is in the one file, and it verifies by itself.
  const folder = process.env['EVIDENCE_DIR'] ?? mkdtempSync(join(tmpdir(), 'farmhand-evidence-'));
  if (process.env['EVIDENCE_DIR'] === undefined) onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = unzip(bytes);
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
  const run = spawnSync(process.execPath, ['verify.mjs', 'audit.ndjson', 'checkpoints.ndjson'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect([run.status, run.stdout]).toEqual([0, expect.stringContaining('Whole:')]);
  const page = String(files.get('index.html'));
  for (const text of ['two nodes are gone', 'released', '<svg', 'Approvals', ended.plan.hash])
    expect(page).toContain(text);
  const lines = String(files.get('audit.ndjson')).trimEnd().split('\n');
  const asks = lines
    .map((line) => JSON.parse(line))
    .flatMap(({ actor, command, outcome }) => (command ? [`${actor.id} ${command.verb} ${outcome}`] : []));
  expect(asks).toEqual([
    `${rami} start done`,
    `${rami} approve refused`,
    `${sam} approve done`,
    `${nora} override held`,
    `${sam} approve done`,
  ]);

  // Whoever may read it: in private, the pack by direct message; and that they did is in the audit.
  await dcr(nora, `audit ${id}`);
  const answer = readable(await told(nora, /The audit of the rebuild/));
  expect(answer).toContain('Verified just now: Whole');
  expect(answer).toContain('The evidence pack is in your direct messages');
  expect((await slack.control.messages('C0DCR')).filter(({ text }) => text.includes('evidence'))).toEqual([]);
  const read = await fetch(`${scene.world.url}/v1/audit?type=audit_read&limit=1000`, {
    headers: { authorization: `Bearer ${scene.world.tokens.audit}` },
  });
  const { records } = (await read.json()) as {
    readonly records: readonly { readonly actor: { readonly id: string } }[];
  };
  expect(records.map(({ actor }) => actor.id)).toEqual(expect.arrayContaining(['farmhand', nora, 'api']));
});
