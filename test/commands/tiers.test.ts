import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createSight, type TierRule } from '../../src/access/tiers.ts';
import { actionIds } from '../../views/ids.ts';
import { anAlert } from '../views/support/builders.ts';
import { click, homeOpened, mention, slash } from './payloads.ts';
import { rootTs, slackWorld } from './slack-world.ts';

const theirs = anAlert({ id: '1111aaaa-1', name: 'BetaSecret', tier: 'beta', summary: 'BetaSecret burns' });
const ours = anAlert({ id: '2222bbbb-1', name: 'AlphaThing', tier: 'alpha', channel: 'C0ALPHA' });

const tier = (name: string, over: Partial<TierRule>): TierRule => ({
  ...{ name, channels: [], users: [], groups: [], workspaces: [], instances: [] },
  ...over,
});
const world = () => {
  const list = [
    tier('alpha', { users: ['U01ANA'] }),
    tier('beta', { users: ['U02BEN'], channels: ['C0BETA'] }),
  ];
  const sight = createSight({
    rules: () => ({ default: 'alpha', list }),
    groupsOf: async () => ({ member: new Set(), unknown: new Set() }),
  });
  const slack = slackWorld({ alerts: [theirs, ours], through: (deps) => ({ ...deps, sight }) });
  /** All that Slack was given to show, whatever the call. */
  const shown = () => JSON.stringify(slack.calls.map(({ body }) => body));
  return { ...slack, shown };
};

test.each([
  ['a list', slash('')],
  ['a filtered list', slash('tier=beta')],
  ['why', slash('why 1111')],
  ['a verb for a thread', slash('ack 1111')],
  ['the handover', slash('handover')],
  ['nothing that fits', slash('nosuch=label')],
  ['resolved ones', slash('resolved')],
  ['App Home', homeOpened()],
  ['the details', click(actionIds.details, { value: theirs.id })],
  ['the form of a silence', click(actionIds.silence, { value: theirs.id })],
  ['status in its thread', mention('<@U0BOT> status', { thread_ts: rootTs })],
  ['why in its thread', mention('<@U0BOT> why', { thread_ts: rootTs })],
])('nothing of another tier is shown: %s', async (_, said) => {
  const slack = world();
  slack.service.byThread = async () => theirs.id;
  await slack.process(said);
  expect(slack.shown().length).toBeGreaterThan(20);
  expect(slack.shown()).not.toContain('BetaSecret');
});

test('what is of the own tier is shown and counted alone', async () => {
  const slack = world();
  await slack.process(slash(''));
  expect(slack.seen()[0]).toContain('*1 alert firing*');
  expect(slack.seen()[0]).toContain('AlphaThing');
  await slack.process(homeOpened());
  const home = slack.calls.find(({ method }) => method === 'views.publish');
  expect(JSON.stringify(home?.body['view'])).toContain('AlphaThing');
});

test('whoever asks in a channel of a tier sees its alerts there', async () => {
  const slack = world();
  await slack.process({ ...slash(''), channel_id: 'C0BETA' });
  expect(slack.seen()[0]).toContain('BetaSecret');
});

test('no listener reads the records past what somebody may see', () => {
  const root = fileURLToPath(new URL('../../commands', import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const past = files.filter((name) =>
    /(?<!rebuilds\.)\bdeps\.queries\.(?!byThread\b)/.test(readFileSync(`${root}/${name}`, 'utf8')),
  );
  expect(files.length).toBeGreaterThan(30);
  expect(past).toEqual([]);
});
