import { expect, test } from 'vitest';
import { sealEntries } from '../../../../src/audit/chain/seal.ts';
import type { AuditEntry } from '../../../../src/audit/record.ts';
import type { AuditRead } from '../../../../src/rebuild/ports/audit-read.ts';
import { auditAnswer } from '../../../../views/messages/rebuilds/rebuild-audit.ts';
import { anAuditEntry, beginning } from '../../../builders/audit.ts';
import { aRebuild } from '../../../builders/rebuild.ts';
import { readable } from '../../support/read.ts';
import { rebuildContext } from '../../support/rebuilds.ts';

const set = { change: 'scale', set: 'system6-dcr-farmer', cluster: 'den', namespace: 'prod' };
const scale = (action_id: string, over: Partial<AuditEntry> = {}) =>
  anAuditEntry({
    ...{ type: 'change_intent', outcome: 'intended', actor: { id: 'farmhand' }, action_id },
    ...{ on_behalf_of: { id: 'U01ANA' }, before: { ...set, replicas: 0 }, after: { ...set, replicas: 24 } },
    ...over,
  });
const approve = { verb: 'approve', hash: 'f00d' };
const entries: readonly AuditEntry[] = [
  anAuditEntry({
    ...{ actor: { id: 'U01ANA', name: 'Ana' }, why: { reason: 'new <dataset>' } },
    command: { verb: 'start', engine: 'balance', farmers: 24, minimum: 2 },
    authz: { allowed: true, role: 'starter' },
  }),
  anAuditEntry({
    ...{ type: 'command_refused', outcome: 'refused', actor: { id: 'U01ANA' }, command: approve },
    error: 'Nobody approves their own.',
  }),
  anAuditEntry({ type: 'approval', actor: { id: 'U02BEN' }, command: approve }),
  scale('p.1'),
  scale('p.1', { type: 'change_outcome', outcome: 'done' }),
  scale('p.2'),
  anAuditEntry({
    ...{ type: 'decision', before: { phase: 'running' }, after: { decided: 'phase', phase: 'released' } },
  }),
];

const shown = (over: Partial<AuditRead> = {}): string => {
  const records = sealEntries(beginning, entries).map(({ record }) => record);
  const read: AuditRead = {
    ...{ ok: true, rebuild: aRebuild(), records, head: { seq: 7, hash: 'beef' } },
    verified: { whole: true, says: 'Whole: 7 records, 1 to 7.' },
    pack: { name: 'pack.zip', hash: 'cafe', to: 'direct' },
    ...over,
  };
  return readable(auditAnswer(read, rebuildContext()).blocks).join('\n');
};

test('who asked, who approved, what was changed and refused, how it ended, and that it is whole', () => {
  const text = shown().replaceAll(/\d{4}-\d\d-\d\d[^•❗]*? UTC|today at \d\d:\d\d/g, 'then');
  expect(text).toContain(
    'start a rebuild on the balance engine with 24 farmers, at least 2\n      because: new &lt;dataset&gt;',
  );
  expect(text).toMatch(/<@U01ANA>, as starter: start a rebuild/);
  expect(text).toMatch(/<@U02BEN>: approve what the hash f00d stands for/);
  expect(text).toMatch(
    /• .*system6-dcr-farmer in den\/prod: 0 → 24 replicas for <@U01ANA>: done\n❗ .*for <@U01ANA>: no outcome yet/,
  );
  expect(text).toMatch(/Refused or denied[\s\S]*Nobody approves their own\./);
  expect(text).toContain('The rebuild is released (was running)');
  expect(text).toContain('✅ Verified just now: Whole: 7 records, 1 to 7.');
  expect(text).toContain('The evidence pack is in your direct messages with me');
  expect(text).toMatch(/Head: record 7 .?beef/);
});

test('a chain that is not whole, and a pack that did not get there, are said as such', () => {
  const text = shown({
    verified: { whole: false, says: 'NOT whole: record 3 is missing' },
    pack: { name: 'pack.zip', hash: 'cafe', to: 'thread', error: 'not_in_channel' },
  });
  expect(text).toContain('❌ *Not whole*: NOT whole: record 3 is missing');
  expect(text).toContain('The evidence pack could not be shared: not_in_channel.');
  expect(text).not.toContain('pack.zip');
});

test('hashes are there in full, to be compared', () => {
  const text = shown({
    head: { seq: 7, hash: 'b'.repeat(64) },
    pack: { name: 'pack.zip', hash: 'a'.repeat(64), to: 'direct' },
  });
  expect(text).toContain(`(SHA-256 \`${'a'.repeat(64)}\`)`);
  expect(text).toContain(`Head: record 7 \`${'b'.repeat(64)}\``);
});

test('a broken glass, what was changed under it, and its review', () => {
  const under = { correlation: { glass: 1 } };
  const glass = [
    anAuditEntry({
      type: 'break_glass',
      actor: { id: 'U01ANA' },
      command: { verb: 'break_glass' },
      ...under,
    }),
    scale('p.1', under),
    anAuditEntry({ type: 'break_glass', actor: { id: 'farmhand' }, after: { open: false }, ...under }),
    anAuditEntry({
      ...{ type: 'break_glass', actor: { id: 'U02BEN' } },
      command: { verb: 'review', says: 'it was right' },
    }),
  ];
  const text = shown({ records: sealEntries(beginning, glass).map(({ record }) => record) });
  expect(text).toMatch(/<@U01ANA>: Asked: break the glass/);
  expect(text).toContain('for <@U01ANA>, under broken glass 1: no outcome yet');
  expect(text).toMatch(/<@U02BEN>: Asked: reviewed what was done under a broken glass: it was right/);
  expect(text).not.toContain('is closed again');
});
