import { expect, test } from 'vitest';
import type { EndedFreeze, Freeze, FreezeTold } from '../../../../src/rebuild/model/rules/freezes.ts';
import { freezeNotice } from '../../../../views/messages/rebuilds/freeze-notice.ts';

const at = Date.UTC(2026, 10, 29, 3);
const hour = 3_600_000;
const freeze: Freeze = { n: 1, by: { id: 'U0ANN' }, at, reason: 'the <!channel> storage moves' };
const ended = (over: Partial<EndedFreeze> = {}): EndedFreeze => ({
  ...freeze,
  endedAt: at + 2 * hour,
  ...over,
});
const read = (told: FreezeTold): string => JSON.stringify(freezeNotice(told));

test('a freeze: who, until when, why, what it means, how it ends; what people wrote is no markup', () => {
  const text = read({ what: 'frozen', freeze });
  expect(text).toContain('❄️ *All instances are frozen* by <@U0ANN> *until somebody thaws it*');
  expect(text).toContain('/dcr thaw all <why>'.replace('<', '&lt;').replace('>', '&gt;'));
  expect(text).not.toContain('<!channel>');
  expect(text).not.toContain('takes the place');
  expect(read({ what: 'frozen', freeze: { ...freeze, instance: 'system6' }, replaced: freeze })).toMatch(
    /system6 is frozen.*It takes the place of the freeze that <@U0ANN> made before\./,
  );
});

test('a thaw: who lifted whose, after how long, and why', () => {
  const text = read({
    what: 'thawed',
    ended: [ended({ thawed: { by: { id: 'U0BEA' }, why: 'it is back' } })],
    left: 0,
  });
  expect(text).toContain('🌤️ All instances are thawed');
  expect(text).toMatch(
    /The freeze by <@U0ANN> \(.*storage moves\) was lifted by <@U0BEA> after 2h: it is back/,
  );
  expect(text).toContain('Rebuilds go on within seconds; what is paused stays paused.');
});

test('a freeze whose time is over, where another one holds', () => {
  const text = read({
    what: 'thawed',
    ended: [ended({ instance: 'system6', until: at + 2 * hour })],
    left: 1,
  });
  expect(text).toContain('❄️ system6 is still frozen');
  expect(text).toContain('is over: its time has come, after 2h.');
  expect(text).toContain('1 freeze still holds there');
});
