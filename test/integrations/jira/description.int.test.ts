import { afterEach, beforeEach, expect, test } from 'vitest';
import { adfProblem } from '../../../sandbox/jira/adf-check.ts';
import { type JiraSandbox, startJira } from '../../../sandbox/jira/start.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { createJiraEvidence } from '../../../src/integrations/jira/evidence.ts';
import { noteWords, type ThreadNote } from '../../../src/rebuild/messages/notes.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { withRow } from '../../../src/rebuild/model/transition.ts';
import { reconcileTicket } from '../../../src/rebuild/ticket/reconcile-ticket.ts';
import { aRebuild, inStep, startedAt } from '../../builders/rebuild.ts';
import { jiraConfig } from '../../conformance/jira/jira.ts';
import { type OneRebuild, oneRebuild } from '../../fakes/rebuilds/one-rebuild.ts';

let jira: JiraSandbox;
let http: ReturnType<typeof openHttp>;
let clock: number;
let record: OneRebuild;
let claims = 0;
beforeEach(async () => {
  clock = startedAt;
  jira = await startJira({ now: () => clock });
  http = openHttp();
});
afterEach(async () => {
  await http[Symbol.asyncDispose]();
  await jira[Symbol.asyncDispose]();
});

const card = { channel: 'C0DCR', state: 'open', ts: '1763607600.000100', notes: [], noteCount: 0 } as const;
const start = (rebuild: Rebuild = aRebuild({ card })) => {
  record = oneRebuild(rebuild);
};
const evidence = (safe?: (text: string) => string) => {
  const site = { host: jira.url, email: jira.email, token: jira.token, project: 'OPS', issueType: 'Task' };
  const sleep = async () => undefined;
  const deps = { http, now: () => clock, sleep, ...(safe && { safe }) };
  return createJiraEvidence(jiraConfig(site, { timeout: 1_500 }), deps);
};
const pass = (port = evidence()) =>
  reconcileTicket(
    {
      store: record.store,
      evidence: port,
      permalink: (channel, ts) => `https://example.slack.com/archives/${channel}/p${ts.replace('.', '')}`,
      policy: () => defaultPolicy,
      now: () => clock,
      newClaim: () => `claim-${++claims}`,
    },
    record.current().id,
  );
/** Passes until nothing is left to do. */
const settle = async (port = evidence()) => {
  for (let i = 0; i < 60; i++) {
    const again = await pass(port);
    if (again === undefined) return;
    clock += again;
  }
  throw new Error(`the ticket does not come to rest: ${JSON.stringify(record.current().ticket)}`);
};
const row = (says: string) =>
  record.set(withRow(record.current(), { kind: 'change', says, by: { id: 'U0BOB', name: 'Bob' } }, clock));

const issue = () => {
  const [one] = jira.issues();
  if (!one) throw new Error('there is no ticket');
  return one;
};
interface Doc {
  readonly version: 1;
  readonly type: 'doc';
  readonly content: readonly unknown[];
}
const nodes = () => (issue().description as Doc).content;
const set = (...content: readonly unknown[]) => {
  issue().description = { version: 1, type: 'doc', content };
};
const shown = () => JSON.stringify(issue().description);
const edits = () => issue().history.filter(({ field }) => field === 'Description').length;
const count = (text: string) => shown().split(text).length - 1;
const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] });
const notes = () => record.current().card.notes.map(({ text }) => text);
const words = (note: ThreadNote) => noteWords(note).text;
const end = 'End of the evidence of system6-20261120-1';

test('what happens stands in the description, in one edit a minute however much it is', async () => {
  start();
  await settle();
  expect(edits()).toBe(0);
  for (let i = 1; i <= 30; i++) {
    row(`thing ${i}`);
    await pass();
  }
  expect(edits()).toBe(0);
  await settle();
  expect(edits()).toBe(1);
  expect(adfProblem(issue().description)).toBeUndefined();
  expect(count('thing 30')).toBe(1);
  expect(count('Bob (U0BOB)')).toBe(30);
  expect(issue().comments).toEqual([]);
  await settle();
  expect(edits()).toBe(1);
});

test('what people write above and below stays, to the letter, whatever it is made of', async () => {
  start();
  await settle();
  const above = { type: 'panel', attrs: { panelType: 'note' }, content: [paragraph('CHG-0041')] };
  const below = [{ type: 'rule' }, paragraph('Checked by the auditor')];
  set(above, ...nodes(), ...below);
  row('farmers 0 → 24');
  await settle();
  expect([nodes()[0], ...nodes().slice(-2)]).toEqual([above, ...below]);
  expect([count('farmers 0 → 24'), count(end)]).toEqual([1, 1]);
  expect(notes()).toHaveLength(1);
});

test('what somebody wrote into the table is not written over: it is told, and ours follows once more', async () => {
  start();
  await settle();
  const edited = JSON.parse(JSON.stringify(nodes()).replace('new dataset', 'my own words')) as unknown[];
  set(...edited);
  row('first');
  await settle();
  expect(nodes().slice(0, edited.length)).toEqual(edited);
  expect([count('my own words'), count('first'), count(end)]).toEqual([1, 1, 2]);
  expect(notes().slice(1)).toEqual([words({ code: 'description_changed', ticket: 'OPS-1' })]);
  row('second');
  await settle();
  expect([count('second'), count(end)]).toEqual([1, 2]);
  set(paragraph('All gone'));
  row('third');
  await settle();
  expect(nodes()).toEqual([paragraph('All gone')]);
  expect(notes().slice(2)).toEqual([words({ code: 'description_left', ticket: 'OPS-1' })]);
  row('fourth');
  await settle();
  expect(nodes()).toEqual([paragraph('All gone')]);
  expect(notes()).toHaveLength(3);
});

test('a ticket of an earlier version, or with an empty description, gets the table at its end', async () => {
  for (const description of [{ version: 1, type: 'doc', content: [paragraph('Plan')] }, null]) {
    start();
    await settle();
    issue().description = description;
    const { description: _, ...ticket } = record.current().ticket;
    start(inStep('rebuild', {}, { ticket: { ...ticket, key: 'OPS-1' }, card }));
    await settle();
    expect([count(end), count('In the step Rebuild')]).toEqual([1, 1]);
    expect(notes()).toEqual([]);
  }
});

const effects = ['drop_before', 'drop_after', 'hang_after', 'answer_after', 'answer_before'] as const;
test.for(effects)('an edit that ends in %s is made once more, with the same outcome', async (effect) => {
  start();
  await settle();
  row('farmers 0 → 24');
  jira.control.fault({ match: '^PUT /rest/api/3/issue/', effect, status: 502, times: 2 });
  await settle();
  expect([count('farmers 0 → 24'), count(end)]).toEqual([1, 1]);
  expect(record.current().ticket.description).toMatchObject({ state: 'placed', tries: 0 });
});

test('two at once, and one that died in between: one table', async () => {
  start();
  await settle();
  row('a');
  clock += 60_000;
  await Promise.all([pass(), pass(), pass()]);
  const { ticket } = record.current();
  const doubt = { n: -1, since: clock, claim: 'dead' };
  record.set({ ...record.current(), ticket: { ...ticket, doubt, retryAt: clock + 60_000 } });
  row('b');
  await settle();
  expect([count('"a"'), count('"b"'), count(end)]).toEqual([1, 1, 1]);
});

test('without the right to edit it is told once, and the comments go on', async () => {
  start();
  await settle();
  jira.setLacking(['EDIT_ISSUES']);
  row('one');
  await settle();
  row('two');
  await settle();
  expect(notes().slice(1)).toEqual([
    "Jira refused to change the description of OPS-1 (400: description: Field 'description' cannot be set. It is not on the appropriate screen, or unknown). farmhand’s account needs Edit issues, and Description must be on the edit screen. The evidence table in the description of ticket OPS-1 is not up to date. The rebuild goes on, and so do the comments; the journal has everything.",
  ]);
  jira.setLacking([]);
  row('three');
  await settle();
  expect([count('one'), count('three')]).toEqual([1, 1]);
});

test('a description that others have filled is left as it is, and told', async () => {
  start();
  await settle();
  set(paragraph('x'.repeat(32_500)), ...nodes().slice(0, 0));
  row('one');
  await settle();
  expect(count('x'.repeat(32_500))).toBe(1);
  expect(notes().at(-1)).toMatch(/^The description of OPS-1 is full with what others wrote/);
});

test('a secret of the config is taken out before the table is checked, so the table stays known', async () => {
  const safe = (text: string) => text.replaceAll('hunter2', '***');
  start();
  await settle(evidence(safe));
  row('the password is hunter2');
  await settle(evidence(safe));
  row('again hunter2');
  await settle(evidence(safe));
  expect([count('hunter2'), count('***'), count(end)]).toEqual([0, 2, 1]);
  expect(notes()).toHaveLength(1);
});

test('after records were lost a new part begins, and the one before it stays as it was', async () => {
  start();
  await settle();
  row('before');
  await settle();
  const { ticket } = record.current();
  const { rows: _, ...rest } = ticket;
  const description = { state: 'new', due: clock, tries: 0, since: clock } as const;
  record.set({ ...record.current(), ticket: { ...rest, description } });
  row('after');
  await settle();
  row('later');
  await settle();
  expect([count('before'), count('after'), count('later')]).toEqual([1, 1, 1]);
  expect(count('Evidence kept by farmhand')).toBe(2);
  expect(notes()).toHaveLength(1);
});

test('hostile and endless words stay words, and fit', async () => {
  const long = `*bold* {code} [a|http://evil]\u0000\u202e ${'ß"\\'.repeat(20_000)}`;
  start(aRebuild({ card, reason: long }));
  await settle();
  for (let i = 0; i < 200; i++) row(`${i} ${long}`);
  await settle();
  expect(adfProblem(issue().description)).toBeUndefined();
  expect(shown().length).toBeLessThanOrEqual(32_767);
  expect(shown()).toContain('199 *bold* {code} [a|http://evil]');
  expect(shown()).toMatch(/\d+ earlier lines are left out here; the journal, attached at the end/);
});
