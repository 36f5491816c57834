import { expect, test } from 'vitest';
import { askedBy } from '../../../commands/shared/asked.ts';
import { packModalContext, packRebuildContext } from '../../../views/ids.ts';
import { click, homeClick, modalClick, slash } from '../payloads.ts';

const asked = (via: object) => ({ id: 'U01ANA', name: 'ana', via });

test('who asks, through what and where', () => {
  expect(askedBy(slash('list'))).toEqual(asked({ client: 'slash', channel: 'C01ALERTS' }));
  expect(askedBy(click('x'))).toEqual(asked({ client: 'button', channel: 'C01ALERTS' }));
  expect(askedBy(homeClick('x', ''))).toEqual(asked({ client: 'home' }));
  expect(askedBy(modalClick('x', ''))).toEqual(asked({ client: 'form' }));
});

test('a form was opened somewhere: there it was asked', () => {
  const form = modalClick('x', '');
  const opened = {
    rebuild: packRebuildContext({ rebuild: 'system6-20261120-1', channel: 'C01REBUILDS' }),
    alert: packModalContext({ alert: 'abc-1', channel: 'C01REBUILDS' }),
    list: packModalContext({
      words: 'severity=critical',
      asOf: 0,
      labels: ['severity'],
      channel: 'C01REBUILDS',
    }),
  };
  for (const private_metadata of Object.values(opened)) {
    expect(askedBy({ ...form, view: { ...form.view, private_metadata } })).toEqual(
      asked({ client: 'form', channel: 'C01REBUILDS' }),
    );
  }
});
