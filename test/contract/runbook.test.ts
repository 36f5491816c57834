import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { questionCodes } from '../../src/config/schema/notify.ts';
import type { InterventionCode } from '../../src/rebuild/model/parts/step.ts';

const codes: Readonly<Record<InterventionCode, true>> = {
  approval: true,
  ticket: true,
  too_few_farmers: true,
  synchronizer_not_ready: true,
  readiness_trap: true,
  history_stalled: true,
  rebuild_stalled: true,
  rebuild_failed: true,
  synchronizer_lost: true,
  write_failed: true,
  teardown_stuck: true,
  frontend_not_back: true,
  guardian: true,
  effect_failed: true,
};

// The compiler holds the list above to the type; messages link to these headings.
test('every question that a rebuild can ask has its part in the runbook, and no other is there', () => {
  const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
  const headings = [...runbook.matchAll(/^### `(\w+)`$/gm)].map(([, code]) => code);
  expect(headings.toSorted()).toEqual(Object.keys(codes).toSorted());
});

test('each of which people are told can be declared critical', () => {
  const told = Object.keys(codes).filter((code) => code !== 'approval' && code !== 'guardian');
  expect([...questionCodes].toSorted()).toEqual(told.toSorted());
});
