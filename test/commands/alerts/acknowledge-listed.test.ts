import { expect, test } from 'vitest';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import { StoreUnavailable } from '../../../src/core/errors.ts';
import { actionIds, listedValue } from '../../../views/ids.ts';
import { strangeButtonAnswer } from '../../../views/messages/answers.ts';
import { anAlert, ben, minute, start } from '../../views/support/builders.ts';
import { click, slash } from '../payloads.ts';
import { slackWorld } from '../slack-world.ts';

/** When the world's clock stands. */
const now = start + 5 * minute;
const words = 'service=checkout';

const one = (n: number, over: Partial<Alert> = {}): Alert =>
  anAlert({ id: `${n}${n}${n}${n}aaaa-1`, ...over });
const five = [1, 2, 3, 4, 5].map((n) => one(n));
const elsewhere = one(6, { labels: { service: 'search' } });

const buttonOf = (call: { body: Record<string, unknown> } | undefined, id: string) => {
  const blocks = (call?.body['blocks'] ?? []) as { elements?: { action_id?: string; value?: string }[] }[];
  return blocks.flatMap(({ elements = [] }) => elements).find(({ action_id }) => action_id === id);
};
const pressed = (value: string, over: Parameters<typeof click>[1] = {}) =>
  click(actionIds.acknowledgeListed, { value, ...over });

test('from the list to the question to the deed: the filter travels, and each alert is acknowledged once', async () => {
  const world = slackWorld({ alerts: [...five, elsewhere] });
  await world.process(slash(words));
  const list = buttonOf(world.calls.at(-1), actionIds.acknowledgeList);
  expect(list?.value).toBe(words);

  await world.process(click(actionIds.acknowledgeList, { value: words }));
  expect(world.service.effects).toEqual([]);
  expect(world.seen().at(-1)).toContain('*Acknowledge 5 alerts for service=checkout?*\nHighErrorRate (5×)');
  const question = buttonOf(world.calls.at(-1), actionIds.acknowledgeListed);
  expect(question?.value).toBe(listedValue(now, words));

  await world.process(pressed(question?.value ?? ''));
  expect(world.seen().at(-1)).toBe('👀 You have 5 alerts for service=checkout now.');
  expect(world.calls.at(-1)?.body['replace_original']).toBe(true);
  expect(world.service.effects.toSorted()).toEqual(five.map(({ id }) => `acknowledge ${id} U01ANA`));

  await world.process(pressed(question?.value ?? ''));
  expect(world.service.effects).toHaveLength(5);

  await world.process(click(actionIds.acknowledgeList, { value: words }));
  expect(world.seen().at(-1)).toBe('✅ Nothing is left to acknowledge for `service=checkout`.');
});

test.each([words, 'unacked service=checkout'])(
  'a second click on %s changes nothing, and says the same',
  async (asked) => {
    const world = slackWorld({ alerts: five });
    await world.process(pressed(listedValue(now - 1, asked)));
    await world.process(pressed(listedValue(now - 1, asked)));
    expect(world.service.effects).toHaveLength(5);
    expect(new Set(world.seen()).size).toBe(1);
    expect(world.seen()).toHaveLength(2);
  },
);

test('what one has of a group is not counted twice: a group that is listed in part stays in part', async () => {
  const taken = members.map((member) => ({ ...member, ack: { by: { id: 'U01ANA' }, at: now } }));
  const group = groupOf(3);
  const half: Alert = { ...group, ...(group.group && { group: { ...group.group, acknowledged: 2 } }) };
  const world = slackWorld({ alerts: [...taken, half] });
  await world.process(pressed(listedValue(now - 1, words)));
  expect(world.service.effects).toEqual([]);
});

test('two clicks at once acknowledge each alert once', async () => {
  const world = slackWorld({ alerts: five });
  const value = listedValue(now, words);
  await Promise.all([world.process(pressed(value)), world.process(pressed(value, { user: 'U02BEN' }))]);
  expect(world.service.effects.map((effect) => effect.split(' ')[1]).toSorted()).toEqual(
    five.map(({ id }) => id),
  );
});

test('what somebody has, is silenced, is over, or does not fit is left as it is', async () => {
  const world = slackWorld({
    alerts: [
      one(1),
      one(2, { ack: { by: ben, at: start } }),
      one(3, { silence: { by: ben, reason: 'x', until: now + minute } }),
      one(4, { status: 'resolved' }),
      elsewhere,
    ],
  });
  await world.process(pressed(listedValue(now, words)));
  expect(world.service.effects).toEqual([`acknowledge ${one(1).id} U01ANA`]);
});

test.each([
  ['began later', { startsAt: now - minute + 1 }],
  ['came in later', { lastSeen: now - minute + 1 }],
  ['joined its group later', { memberOf: { group: 'g', at: now - minute + 1, channel: 'C1', by: {} } }],
] as const)('what %s than the question is said, and is nobody’s', async (_, over) => {
  const world = slackWorld({ alerts: [one(1), one(2, over)] });
  await world.process(pressed(listedValue(now - minute, words)));
  expect(world.service.effects).toEqual([`acknowledge ${one(1).id} U01ANA`]);
  expect(world.seen()).toEqual([
    '👀 You have 1 alert for service=checkout now.\n1 new since: nobody has it.',
  ]);
});

const memberOf = { group: 'aaaaaaaaaaaaaaaa', at: start, channel: 'C01ALERTS', by: {} };
const groupOf = (firing: number): Alert =>
  anAlert({
    id: 'aaaaaaaaaaaaaaaa-1',
    fingerprint: memberOf.group,
    labels: {},
    group: {
      ...{ home: 'C01ALERTS', by: {}, firing, resolved: 0, acknowledged: 0, fresh: 0 },
      ...{ severities: {}, rows: [], pages: [] },
    },
  });
const members = [1, 2].map((n) => one(n, { memberOf, thread: { state: 'none' } }));

test('a group that is listed whole is acknowledged as one, and its members are not done twice', async () => {
  const world = slackWorld({ alerts: [...members, one(3), groupOf(2)] });
  await world.process(pressed(listedValue(now, words)));
  expect(world.service.effects).toEqual([
    'acknowledge aaaaaaaaaaaaaaaa-1 U01ANA',
    `acknowledge ${one(3).id} U01ANA`,
  ]);
  expect(world.seen()).toEqual(['👀 You have 3 alerts for service=checkout now.']);
});

test('of a group that is listed in part only those that are listed are acknowledged', async () => {
  const world = slackWorld({ alerts: [...members, groupOf(3)] });
  await world.process(pressed(listedValue(now, words)));
  expect(world.service.effects).toEqual(members.map(({ id }) => `acknowledge ${id} U01ANA`));
});

test('at most 500 at once, and it says how many are left', async () => {
  const many = Array.from({ length: 503 }, (_, n) => anAlert({ id: `${1000 + n}aaaa-1` }));
  const world = slackWorld({
    alerts: many,
    // The records give 200 a page, and the fake gives its first page whatever the cursor.
    through: (deps) => ({
      ...deps,
      queries: {
        ...deps.queries,
        groups: (fingerprints) => deps.queries.groups(fingerprints),
        list: async ({ fits, limit, cursor }) => {
          const fitting = [...world.service.alerts.values()].filter((alert) => fits?.(alert) ?? true);
          const to = Number(cursor ?? 0) + limit;
          return {
            alerts: fitting.slice(to - limit, to),
            ...(to < fitting.length && { next: String(to) }),
          };
        },
      },
    }),
  });
  await world.process(click(actionIds.acknowledgeList, { value: words }));
  expect(world.seen().at(-1)).toContain('At most 500 at once: 3 more fit.');
  await world.process(pressed(listedValue(now, words)));
  expect(world.service.effects).toHaveLength(500);
  expect(world.seen().at(-1)).toBe(
    '👀 You have 500 alerts for service=checkout now.\n3 more fit: list them again.',
  );
});

test('once the records do not answer, what was done and what is left are both said', async () => {
  const world = slackWorld({
    alerts: Array.from({ length: 30 }, (_, n) => anAlert({ id: `${1000 + n}aaaa-1` })),
    through: (deps) => {
      let calls = 0;
      return {
        ...deps,
        alerts: {
          ...deps.alerts,
          silenceScope: (id) => deps.alerts.silenceScope(id),
          apply: (...args) => {
            if (++calls > 15) throw new StoreUnavailable('Redis is away.');
            return deps.alerts.apply(...args);
          },
        },
      };
    },
  });
  await world.process(pressed(listedValue(now, words)));
  expect(world.service.effects).toHaveLength(15);
  expect(world.seen()).toEqual([
    '👀 You have 15 alerts for service=checkout now.\n15 could not be written: the records did not answer. List them again in a minute.',
  ]);
});

test.each(['', 'firing', 'resolved', 'why 1111', 'nonsense'])(
  'nothing happens when a button carries %j: only a filter of what fires is acknowledged',
  async (text) => {
    const world = slackWorld({ alerts: five });
    await world.process(pressed(listedValue(now, text)));
    expect(world.service.effects).toEqual([]);
    expect(world.seen()).toEqual([strangeButtonAnswer().text]);
  },
);

test.each([
  ['without a filter', '', five],
  [
    'of what is over',
    'resolved service=checkout',
    five.map((alert) => ({ ...alert, status: 'resolved' }) as const),
  ],
  ['of one', words, five.slice(0, 1)],
  ['of what somebody has', words, five.map((alert) => ({ ...alert, ack: { by: ben, at: start } }))],
  ['with a filter that a button cannot carry', `service=~"checkout|${'x'.repeat(1900)}"`, five],
])('a list %s has no such button', async (_, text, alerts) => {
  const world = slackWorld({ alerts });
  await world.process(slash(text));
  expect(buttonOf(world.calls.at(-1), actionIds.acknowledgeList)).toBeUndefined();
});
