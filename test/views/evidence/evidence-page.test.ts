import { expect, test } from 'vitest';
import { sealEntries } from '../../../src/audit/chain/seal.ts';
import { noHash } from '../../../src/audit/chain/verify.mjs';
import type { AuditEntry, AuditRecord } from '../../../src/audit/record.ts';
import { evidencePage } from '../../../views/evidence/evidence-page.ts';
import { recordWords } from '../../../views/evidence/record-words.ts';
import { anAuditEntry, beginning } from '../../builders/audit.ts';

const software = { version: '0.2.0', config: 'c0ffee' };
const entry = (over: Partial<AuditEntry>): AuditEntry => anAuditEntry({ software, ...over });
const sealed = (...entries: readonly AuditEntry[]): readonly AuditRecord[] =>
  sealEntries(beginning, entries).map(({ record }) => record);
const recordOf = (over: Partial<AuditEntry>): AuditRecord => {
  const [record] = sealed(entry(over));
  if (!record) throw new Error('one record');
  return record;
};

const set = {
  change: 'scale',
  way: 'kubernetes',
  set: 'system6-dcr-farmer',
  cluster: 'den',
  namespace: 'prod',
};
const scaled = { before: { ...set, replicas: 0 }, after: { ...set, replicas: 24 } };
const starts = { verb: 'start', engine: 'balance', farmers: 24, minimum: 2, forced: true };

test.each<[string, Partial<AuditEntry>]>([
  ['start a forced rebuild on the balance engine with 24 farmers, at least 2', { command: starts }],
  ['start a rebuild of system6', { command: { verb: 'start', instance: 'system6' } }],
  ['scale to 30 farmers', { command: { verb: 'scale', farmers: 30 } }],
  ['pause (it was so already)', { command: { verb: 'pause' }, outcome: 'already' }],
  [
    'Asked, and held until another person approves: override: accept farmers 3',
    { command: { verb: 'override', kind: 'accept_farmers', amount: 3 }, outcome: 'held' },
  ],
  [
    'override: extend deadline 2h (step write)',
    { command: { verb: 'override', kind: 'extend_deadline', amount: 7_200_000, step: 'write' } },
  ],
  [
    'approve what the hash abcd1234 stands for',
    { type: 'approval', command: { verb: 'approve', hash: 'abcd1234' } },
  ],
  ['take back what was asked for', { type: 'approval', command: { verb: 'withdraw' } }],
  [
    'Refused: cancel. It has ended already.',
    {
      type: 'command_refused',
      outcome: 'refused',
      command: { verb: 'cancel' },
      error: 'It has ended already.',
    },
  ],
  [
    'Denied: scale to 9 farmers. It needs one of the roles sre, release.',
    {
      ...{ type: 'command_denied', outcome: 'denied', command: { verb: 'scale', farmers: 9 } },
      authz: { allowed: false, roles: ['sre', 'release'] },
    },
  ],
  [
    'Denied: give up. No role allows it.',
    {
      type: 'command_denied',
      outcome: 'denied',
      command: { verb: 'give_up' },
      authz: { allowed: false, roles: [] },
    },
  ],
  ['silence the alert for 1h', { command: { verb: 'silence', durationMs: 3_600_000 } }],
  ['raise a ticket for the alert', { command: { verb: 'ticket' } }],
  [
    'About to change: system6-dcr-farmer in den/prod: 0 → 24 replicas',
    { type: 'change_intent', outcome: 'intended', ...scaled },
  ],
  [
    'Done: system6-dcr-farmer in den/prod: 0 → 24 replicas, by a commit (3f2a91c, https://git/3f2a91c)',
    {
      type: 'change_outcome',
      before: { ...scaled.before, way: 'gitops' },
      after: { ...scaled.after, way: 'gitops', id: '3f2a91c', url: 'https://git/3f2a91c' },
    },
  ],
  [
    'Not known whether it was done: order the engine to run: rebuild, from the cache file – timed out',
    {
      ...{ type: 'change_outcome', outcome: 'unknown', error: 'timed out' },
      after: { change: 'run', run: 'rebuild', recover: true },
    },
  ],
  [
    'About to change: give system6-fe1 the new caches',
    { type: 'change_intent', after: { change: 'propagate', frontend: 'system6-fe1' } },
  ],
  [
    'About to change: order the engine to stop what it runs',
    { type: 'change_intent', after: { change: 'stop_run' } },
  ],
  ['About to change: raise a ticket', { type: 'change_intent', after: { change: 'ticket' } }],
  [
    'About to change: tell ticket OPS-1 that its alert fires again, and move it: Reopen',
    {
      type: 'change_intent',
      after: { change: 'ticket_news', ticket: 'OPS-1', state: 'refired', move: 'Reopen' },
    },
  ],
  [
    'About to change: tell ticket OPS-1 that its alert resolved',
    { type: 'change_intent', after: { change: 'ticket_news', ticket: 'OPS-1', state: 'resolved' } },
  ],
  [
    'About to change: submit the task bounce',
    { type: 'change_intent', after: { change: 'api_task', task: 'bounce' } },
  ],
  [
    'About to change: silence the alert for 1h',
    { type: 'change_intent', after: { change: 'silence', duration_ms: 3_600_000 } },
  ],
  ['About to change: propose a rebuild', { type: 'change_intent', after: { change: 'rebuild' } }],
  [
    'The rebuild is failing (was running): too few farmers, timed out',
    {
      type: 'decision',
      before: { phase: 'running' },
      after: { decided: 'phase', phase: 'failing', errors: ['too few farmers', 'timed out'] },
    },
  ],
  [
    'A person is asked: too few farmers (step farmers)',
    { type: 'decision', after: { decided: 'asks_a_person', question: 'too_few_farmers', step: 'farmers' } },
  ],
  [
    'Somebody else changed the farmer replicas: 24 → 3, by kubectl-scale',
    {
      type: 'decision',
      before: { replicas: 24 },
      after: { decided: 'changed_by_others', role: 'farmer', replicas: 3, who: 'kubectl-scale' },
    },
  ],
  [
    'farmhand 0.2.0 started (worker, slack), with the config c0ffee',
    { type: 'software_started', after: { roles: ['worker', 'slack'] } },
  ],
  [
    'Another config is in force: access, routes; after a restart: redis.url',
    { type: 'config_changed', after: { in_force: ['access', 'routes'], after_a_restart: ['redis.url'] } },
  ],
  [
    'The audit was read: export rebuild x',
    { type: 'audit_read', command: { verb: 'export', what: ['rebuild x'] } },
  ],
  ['The audit is not whole: record 7 is missing', { type: 'audit_broken', error: 'record 7 is missing' }],
  ['Retention cut off the records up to number 40', { type: 'audit_cut', cut: { seq: 40, hash: noHash } }],
])('%s', (words, over) => {
  expect(recordWords(recordOf(over))).toBe(words);
});

test('a change that was not made says what it would have been', () => {
  const [intent, failed] = sealed(
    entry({ type: 'change_intent', outcome: 'intended', action_id: 'p1.7', ...scaled }),
    entry({
      type: 'change_outcome',
      outcome: 'failed',
      action_id: 'p1.7',
      after: scaled.before,
      error: 'HTTP 403',
    }),
  );
  expect(failed && recordWords(failed, intent)).toBe(
    'Not done: system6-dcr-farmer in den/prod: 0 → 24 replicas – HTTP 403',
  );
});

const pageOf = (records: readonly AuditRecord[]) =>
  evidencePage({ what: 'rebuild system6-20261120-1', records, between: 2, at: Date.UTC(2026, 10, 21) });

test('the page says who asked, who approved, what was changed and how it ended', () => {
  const sam = { id: 'U0SAM', name: 'Sam' };
  const page = pageOf(
    sealed(
      entry({ command: starts, why: { reason: 'month-end', ticket: 'OPS-7' }, plan_hash: 'f00d' }),
      entry({
        ...{ type: 'approval', actor: sam, command: { verb: 'approve', hash: 'f00d' } },
        authz: { allowed: true, role: 'sre', through: 'S0SRE' },
      }),
      entry({
        type: 'command_denied',
        outcome: 'denied',
        command: { verb: 'cancel' },
        actor: { id: 'U0L1' },
      }),
      entry({
        ...{ type: 'change_intent', outcome: 'intended', action_id: 'p1.7', ...scaled },
        ...{ actor: { id: 'farmhand' }, on_behalf_of: { id: 'U0ALICE', name: 'Alice Ash' } },
        approval: [{ by: sam, time_utc: '2026-11-20T21:48:00.000Z' }],
      }),
      entry({ type: 'change_outcome', action_id: 'p1.7', ...scaled, after: { ...scaled.after, id: '1048' } }),
    ),
  );
  const text = page
    .replaceAll(/<style>.*<\/style>/gs, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');
  expect(text).toContain('Asked for by Alice Ash (U0ALICE), 2026-11-20 21:49:07 UTC');
  expect(text).toContain('Because month-end');
  expect(text).toContain('Approved by Sam (U0SAM), 2026-11-20 21:49:07 UTC, as sre through S0SRE');
  expect(text).toContain('Ticket OPS-7');
  expect(text).toContain('Refused or denied 1');
  expect(text).toContain(
    '4 2026-11-20 21:49:07 system6-dcr-farmer in den/prod: 0 → 24 replicas 0 pods 24 pods Alice Ash (U0ALICE) Sam (U0SAM) done (1048)',
  );
  expect(text).toContain('numbers 1 to 5, with 2 about other things in between');
});

test('each person with role, e-mail and deeds; each approval and attempt, of exactly what', () => {
  const alice = { id: 'U0ALICE', name: 'Alice Ash', email: 'alice@example.com', team: 'T0ACME' };
  const approve = { verb: 'approve', hash: 'f00d' };
  const page = pageOf(
    sealed(
      entry({ actor: alice, command: starts, authz: { allowed: true, role: 'starter', through: 'U0ALICE' } }),
      entry({
        ...{ type: 'command_refused', outcome: 'refused', actor: alice, command: approve },
        error: 'Nobody approves their own.',
      }),
      entry({ type: 'approval', actor: { id: 'U0SAM', email: 'unknown' }, command: approve }),
    ),
  );
  const text = page.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
  expect(text).toContain(
    'Alice Ash (U0ALICE) alice@example.com, T0ACME starter through U0ALICE 21:49:07 start a forced rebuild on the balance engine with 24 farmers, at least 2 21:49:07 Refused: approve what the hash f00d stands for. Nobody approves their own.',
  );
  expect(text).toContain('U0SAM not known none was needed, or none allowed it');
  expect(text).toContain(
    '2 2026-11-20 21:49:07 Alice Ash (U0ALICE) none the rebuild as it was then f00d Alice Ash (U0ALICE) refused: Nobody approves their own.',
  );
});

test('an override that was held until another person approved is told as one', () => {
  const command = { verb: 'override', kind: 'accept_farmers', amount: 3 };
  const held = entry({ outcome: 'held', command });
  const said =
    '<th>Overrides</th><td>Asked, and held until another person approves: override: accept farmers 3 – Alice Ash (U0ALICE); ';
  expect(pageOf(sealed(held))).toContain(`${said}nobody approved it</td>`);
  const approve = entry({
    type: 'approval',
    actor: { id: 'U0SAM' },
    command: { verb: 'approve', hash: 'f00d' },
  });
  const page = pageOf(sealed(entry({ command: starts }), approve, held, approve));
  expect(page).toContain(`${said}approved by U0SAM, 2026-11-20 21:49:07 UTC</td>`);
  expect(page).toContain('<td>the rebuild as it was then<br><code>f00d</code></td>');
  expect(page).toContain(
    '<td>override: accept farmers 3, asked for by Alice Ash (U0ALICE)<br><code>f00d</code></td>',
  );
});

test('what was done under a broken glass is nobody’s approval, and who broke and reviewed it is said', () => {
  const pia = { id: 'U0PIA', name: 'Pia' };
  const breaks = { authz: { allowed: true, role: 'breaker', through: 'U0PIA' }, actor: pia };
  const page = pageOf(
    sealed(
      entry({
        ...{ type: 'break_glass', ...breaks, command: { verb: 'break_glass' }, correlation: { glass: 1 } },
        why: { reason: 'customer is down' },
      }),
      entry({
        ...{ type: 'change_intent', outcome: 'intended', action_id: 'p1.7', ...scaled },
        ...{ actor: { id: 'farmhand' }, on_behalf_of: pia, correlation: { glass: 1 } },
        approval: [{ by: { id: 'U0SAM' }, time_utc: '2026-11-20T21:48:00.000Z' }],
      }),
      entry({ type: 'change_outcome', action_id: 'p1.7', ...scaled }),
      entry({
        ...{ type: 'break_glass', actor: { id: 'farmhand' } },
        after: { open: false, broken_by: 'U0PIA', orders: [] },
      }),
      entry({
        ...{ type: 'break_glass', actor: { id: 'U0SAM' } },
        command: { verb: 'review', says: 'it was right' },
      }),
    ),
  );
  const text = page.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
  expect(text).toContain(
    'Glass broken by Pia (U0PIA), 2026-11-20 21:49:07 UTC, as breaker through U0PIA: customer is down',
  );
  expect(text).toContain('Reviewed by U0SAM, 2026-11-20 21:49:07 UTC: it was right');
  expect(text).toContain(
    'Pia (U0PIA) nobody: made under broken glass 1, where no approval is asked for done',
  );
  const [, people = ''] = /<h2>People<\/h2>(.*?)<h2>/s.exec(page) ?? [];
  expect(people).toContain('breaker through U0PIA');
  expect(people).not.toContain('farmhand');
});

test('charts, what verifying said, and that something is left out', () => {
  const page = evidencePage({
    ...{ what: 'rebuild x', records: sealed(entry({})), between: 3, withheld: true, at: 0 },
    ...{ verified: 'Whole: 1 record.\nCompared.', charts: [{ svg: '<svg/>', says: 'Progress <100 %' }] },
  });
  expect(page).toContain(
    '<figure role="img" aria-label="Progress &lt;100 %"><svg/><figcaption>Progress &lt;100 %</figcaption></figure>',
  );
  expect(page).toContain('<pre>Whole: 1 record.\nCompared.</pre>');
  expect(page).toContain('3 about other things are left out, and a line says where');
});

test('nothing of a record is markup, and nothing is loaded from anywhere', () => {
  const hostile = `<script src="https://evil.example"></script>'"&`;
  const page = pageOf(
    sealed(
      entry({
        actor: { id: hostile, name: hostile },
        why: { reason: hostile, ticket: hostile },
        error: hostile,
      }),
      entry({
        type: 'change_intent',
        action_id: hostile,
        before: { replicas: hostile },
        after: { change: hostile },
      }),
      entry({ type: 'decision', after: { decided: hostile } }),
    ),
  );
  expect(page).not.toMatch(/<script|<img|<link|<iframe|\son\w+=|url\(/i);
  expect(page.match(/https?:/g)?.length).toBe(page.match(/&lt;script src=&quot;https:/g)?.length);
});
