import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommandDeps } from '../../commands/shared/deps.ts';
import { StoreUnavailable } from '../../src/core/errors.ts';
import { actionIds, blockIds, callbackIds, offerValue, startValue } from '../../views/ids.ts';
import { inStep } from '../builders/rebuild.ts';
import { anAlert } from '../views/support/builders.ts';
import { readable } from '../views/support/read.ts';
import { type Failing, type Fault, failing } from './failing.ts';
import {
  click,
  homeClick,
  homeOpened,
  mention,
  modalClick,
  reply,
  slash,
  submit,
  suggestion,
} from './payloads.ts';
import { slackWorld } from './slack-world.ts';

/** Every way in which a person can ask farmhand for something: whatever fails behind it, they hear so, in time. */
const rebuild = inStep('rebuild');
const thread = { ts: '1795184300.000001', thread_ts: rebuild.card.ts, channel: rebuild.card.channel };
const text = (value: string) => ({ value });
const choice = (value: string) => ({ selected_option: { value } });
const where = (over: Record<string, unknown> = {}) =>
  JSON.stringify({ rebuild: rebuild.id, channel: 'C0DCR', ...over });
const order = (verb: string) =>
  submit(where({ verb }), callbackIds.rebuildOrder, {
    [blockIds.orderFarmers]: { [actionIds.orderFarmers]: text('6') },
    [blockIds.orderReason]: { [actionIds.orderReason]: text('calm down') },
  });
const override = (over: Record<string, unknown> = {}) =>
  submit(where(over), callbackIds.rebuildOverride, {
    [blockIds.overrideKind]: { [actionIds.overrideKind]: choice('force') },
    [blockIds.overrideStep]: { [actionIds.overrideStep]: {} },
    [blockIds.overrideAmount]: { [actionIds.overrideAmount]: text('') },
    [blockIds.overrideReason]: { [actionIds.overrideReason]: text('it must') },
  });
const start = submit(JSON.stringify({ channel: 'C0DCR' }), callbackIds.rebuildStart, {
  [blockIds.startInstance]: { [actionIds.startInstance]: choice('lab1') },
  [blockIds.startForced]: { [actionIds.startForced]: { selected_options: [] } },
  [blockIds.startFarmers]: { [actionIds.startFarmers]: text('4') },
  [blockIds.startReason]: { [actionIds.startReason]: text('stale') },
});
const silence = submit(JSON.stringify({ alert: anAlert().id, channel: 'C01ALERTS' }), callbackIds.silence, {
  [blockIds.silenceDuration]: { [actionIds.silenceDuration]: choice('2h') },
  [blockIds.silenceCustom]: { [actionIds.silenceCustom]: text('') },
  [blockIds.silenceReason]: { [actionIds.silenceReason]: text('known') },
});
const ofRebuild = [
  actionIds.rebuildScale,
  actionIds.rebuildPause,
  actionIds.rebuildResume,
  actionIds.rebuildCancel,
  actionIds.rebuildRetry,
  actionIds.rebuildOverride,
  actionIds.rebuildApprove,
  actionIds.rebuildStatus,
  actionIds.rebuildHistory,
];
const offers = [actionIds.rebuildScaleTo, actionIds.rebuildKeepDrift, actionIds.rebuildUndoDrift];
const ofAlert = [
  actionIds.acknowledge,
  actionIds.unacknowledge,
  actionIds.silence,
  actionIds.ticket,
  actionIds.details,
];
const said = ['', 'list', 'why 3f2a', 'service=checkout'];
const dcr = [
  '',
  'start lab1',
  'plan lab1',
  'status',
  `status ${rebuild.id}`,
  'list',
  'history lab1',
  'doctor lab1',
  'audit lab1',
  `scale ${rebuild.id} 6`,
  `pause ${rebuild.id} calm`,
  'override system6',
];
const replies = ['ack', 'unack', 'status', 'why', 'ticket', 'silence 2h because known'];

interface Shown {
  readonly blocks?: unknown[];
}
type Body = Record<string, unknown>;
const ways: Readonly<Record<string, Body>> = {
  ...Object.fromEntries(ofAlert.map((id) => [`the button ${id}`, click(id)])),
  ...Object.fromEntries(ofRebuild.map((id) => [`the button ${id}`, click(id, { value: rebuild.id })])),
  ...Object.fromEntries(ofRebuild.map((id) => [`the button ${id} in App Home`, homeClick(id, rebuild.id)])),
  ...Object.fromEntries(
    offers.map((id) => [`the button ${id}`, click(id, { value: offerValue(rebuild.id, 6) })]),
  ),
  'Start it': click(actionIds.rebuildConfirm, { value: 'draft-1' }),
  'Start it, in a modal': modalClick(actionIds.rebuildConfirm, 'draft-1'),
  Discard: click(actionIds.rebuildDiscard, { value: 'draft-1' }),
  'Start rebuild…': click(actionIds.rebuildStart, { value: startValue({ instance: 'lab1' }) }),
  'Start rebuild… at an alert': click(actionIds.rebuildStart, {
    value: startValue({ alert: anAlert().id }),
  }),
  ...Object.fromEntries(said.map((words) => [`/alerts ${words}`, slash(words)])),
  ...Object.fromEntries(dcr.map((words) => [`/dcr ${words}`, slash(words, { command: '/dcr' })])),
  ...Object.fromEntries(replies.map((words) => [`the reply ${words}`, reply(words)])),
  ...Object.fromEntries(
    ['status', 'why', 'pause calm', 'scale 6'].map((words) => [
      `the reply ${words} to a rebuild`,
      reply(words, thread),
    ]),
  ),
  'a mention': mention(`<@U0BOT> status`),
  'a mention at a rebuild': mention(`<@U0BOT> status`, thread),
  'App Home': homeOpened(),
  'the silence form': silence,
  'the start form': start,
  ...Object.fromEntries(['scale', 'pause', 'cancel'].map((verb) => [`the ${verb} form`, order(verb)])),
  'the override form': override(),
  'the override form of App Home': override({ channel: undefined }),
};

const deadlineMs = 40;
const rejections: unknown[] = [];
const note = (reason: unknown): void => void rejections.push(reason);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => void process.off('unhandledRejection', note));

const faults: Readonly<Record<Fault, () => Promise<never>>> = {
  refuses: () => Promise.reject(new StoreUnavailable('READONLY')),
  breaks: () => Promise.reject(new TypeError('not a function')),
  hangs: () => new Promise<never>(() => undefined),
  'refuses late': () => sleep(3 * deadlineMs).then(() => Promise.reject(new StoreUnavailable('late'))),
};

/** Asked once: what was shown to the person, how many calls it took, and how long. */
const open = async (body: Body, store: Failing, slack?: Failing) => {
  const over = ({ rebuilds, ...deps }: CommandDeps): CommandDeps => ({
    ...deps,
    alerts: store.over(deps.alerts),
    queries: store.over(deps.queries),
    ...(rebuilds && {
      rebuilds: {
        ...rebuilds,
        service: store.over(rebuilds.service),
        queries: store.over(rebuilds.queries),
        instances: store.over(rebuilds.instances),
        access: store.over(rebuilds.access),
      },
    }),
  });
  const spoken = slack?.over({ says: () => undefined });
  const world = slackWorld({
    deadlineMs,
    slowMs: 2 * deadlineMs,
    rebuilds: [rebuild],
    through: over,
    ...(spoken && { onSlack: () => spoken.says() }),
  });
  await world.rebuilds.plan({ instance: 'lab1', forced: false }, { id: 'U01ANA' });
  const began = performance.now();
  const acked = await world.process(body);
  const took = performance.now() - began;
  const response = (acked.response ?? {}) as Shown & { view?: Shown };
  const words = [
    response.view ?? response,
    ...world.calls.map(({ body: sent }) => (sent['view'] ?? sent) as Shown),
  ]
    .map((shown) => (shown.blocks ? readable(shown.blocks).join('\n') : JSON.stringify(shown)))
    .filter((shown) => shown !== '{}' && !/One moment …|🔎 Looking at/.test(shown))
    .join('\n');
  return { words, took };
};

/** Long enough for whoever fails late, and for the runtime to notice what nobody listens to. */
const settle = () => sleep(4 * deadlineMs);
/** What a machine under load may take on top. */
const slack = 5_000;

describe.concurrent.each(Object.entries(ways))('%s', (_, body) => {
  test('whichever call of the records or the cluster fails or hangs, the person is answered in time', async () => {
    const none = failing(0, faults.breaks);
    const well = await open(body, none);
    expect(well.words, 'it says something when all is well').not.toBe('');
    const failed = Object.entries(faults).flatMap(([fault, fail]) =>
      Array.from({ length: none.calls }, async (__, n) => {
        const { words, took } = await open(body, failing(n + 1, fail));
        return { fault, call: n + 1, answered: words !== '', inTime: took < slack };
      }),
    );
    const wrong = (await Promise.all(failed)).filter(({ answered, inTime }) => !answered || !inTime);
    expect(wrong).toEqual([]);
  });

  test('whichever call of Slack fails, it ends', async () => {
    const none = failing(0, faults.breaks);
    const counted = failing(0, faults.breaks);
    await open(body, none, counted);
    for (let n = 1; n <= counted.calls; n++) {
      const refused = failing(n, () => {
        throw new TypeError('fetch failed');
      });
      await open(body, none, refused);
    }
  });
});

test('what is typed into the start form: no names where none are known, and in time', async () => {
  for (const fail of Object.values(faults)) {
    const { words } = await open(suggestion(actionIds.startInstance, 'sys'), failing(1, fail));
    expect(words).toBe('{"options":[]}');
  }
});

test('nobody left a promise behind that would end the process', async () => {
  await settle();
  expect(rejections).toEqual([]);
});
