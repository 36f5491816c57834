import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createAccess } from '../../src/access/check.ts';
import { createRights } from '../../src/access/rights.ts';
import { createSight, type TierRule, tierOfInstance } from '../../src/access/tiers.ts';
import { heldWords } from '../../src/rebuild/messages/commands/lost.ts';
import type { LostName } from '../../src/rebuild/model/lost.ts';
import { actionIds } from '../../views/ids.ts';
import { anInstance, aPlan, aRebuild } from '../builders/rebuild.ts';
import { anAlert } from '../views/support/builders.ts';
import { click, homeOpened, mention, slash } from './payloads.ts';
import { rootTs, slackWorld } from './slack-world.ts';

const theirs = anAlert({ id: '1111aaaa-1', name: 'BetaSecret', tier: 'beta', summary: 'BetaSecret burns' });
const ours = anAlert({ id: '2222bbbb-1', name: 'AlphaThing', tier: 'alpha', channel: 'C0ALPHA' });

const planOf = (name: string) => aPlan({ instance: anInstance({ name, environment: 'gov-beta' }) });

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

/** As alerts, rebuilds: one in flight, one that is over, and one that was lost, each of the other tier. */
const flying = aRebuild({ id: 'beta-1-20261120-1', plan: planOf('beta-1'), reason: 'BetaSecret' });
const over = aRebuild({
  ...{ id: 'beta-2-20261119-1', plan: planOf('beta-2'), reason: 'BetaSecret', endedAt: 1 },
  phase: 'failed',
});
const lost: LostName = {
  ...{ id: 'beta-3-20261120-1', instance: 'beta-3', since: 1, is: 'gone' },
  ...{ channel: 'C0DCR', ts: '1795184022.000900' },
};

const rebuildWorld = () => {
  const list = [
    tier('alpha', { users: ['U01ANA'], instances: ['alpha-*'] }),
    tier('beta', { users: ['U02BEN'], instances: ['beta-*'] }),
  ];
  const rules = { default: 'alpha', list };
  const groupsOf = async () => ({ member: new Set<string>(), unknown: new Set<string>() });
  const sight = createSight({ rules: () => rules, groupsOf });
  const roles = [{ name: 'sre', verbs: ['*'], instances: ['*'], environments: ['*'] }] as const;
  const deps = {
    rules: () => ({ roles, users: { U01ANA: ['sre'] }, groups: {}, environments: {} }),
    groupsOf,
    tiers: { sight, ofInstance: (instance: string) => tierOfInstance(rules, instance) },
  };
  const slack = slackWorld({
    rebuilds: [flying, over],
    through: ({ rebuilds, ...rest }) => ({
      ...{ ...rest, sight },
      ...(rebuilds && { rebuilds: { ...rebuilds, access: createAccess(deps), rights: createRights(deps) } }),
    }),
  });
  slack.rebuilds.lost.push(lost);
  return slack;
};
const dcr = (text: string) => slash(text, { command: '/dcr' });

test.each([
  ['the list', dcr('list')],
  ['status of all', dcr('status')],
  ['status', dcr('status beta-1')],
  ['status by id', dcr(`status ${flying.id}`)],
  ['status of what is over', dcr(`status ${over.id}`)],
  ['status of what was lost', dcr(`status ${lost.id}`)],
  ['history', dcr(`history ${flying.id}`)],
  ['whoami by id', dcr(`whoami ${flying.id}`)],
  ['whoami by a name that is nearly one', dcr('whoami beta-11')],
  ['a pause', dcr('pause beta-1 lunch')],
  ['a button copied: status', click(actionIds.rebuildStatus, { value: flying.id })],
  ['a button copied: status of what was lost', click(actionIds.rebuildStatus, { value: lost.id })],
  ['a button copied: history', click(actionIds.rebuildHistory, { value: flying.id })],
  ['a button copied: scale', click(actionIds.rebuildScale, { value: flying.id })],
  ['a button copied: override', click(actionIds.rebuildOverride, { value: flying.id })],
  ['a button copied: review', click(actionIds.rebuildReview, { value: over.id })],
  ['status in its thread', mention('<@U0BOT> status', { thread_ts: rootTs })],
  ['why in its thread', mention('<@U0BOT> why', { thread_ts: rootTs })],
  ['App Home', homeOpened()],
])('nothing of a rebuild of another tier is shown: %s', async (_, said) => {
  const slack = rebuildWorld();
  await slack.process(said);
  const shown = JSON.stringify(slack.calls.map(({ body }) => body));
  expect(shown.length).toBeGreaterThan(20);
  const asked = JSON.stringify(said).includes('beta-');
  const secrets = ['BetaSecret', 'gov-beta', heldWords(lost), ...(asked ? [] : ['beta-'])];
  for (const secret of secrets) expect(shown).not.toContain(secret);
});

test('whether there is an instance or a rebuild of another tier is not told either', async () => {
  const answerTo = async (said: string, hide: string) => {
    const slack = rebuildWorld();
    await slack.process(dcr(said));
    return slack.seen().join('\n').replaceAll(hide, 'X');
  };
  for (const verb of ['whoami', 'status', 'history']) {
    expect(await answerTo(`${verb} ${flying.id}`, 'beta-1')).toBe(
      await answerTo(`${verb} beta-77-20261120-1`, 'beta-77'),
    );
    expect(await answerTo(`${verb} beta-1`, 'beta-1')).toBe(await answerTo(`${verb} beta-77`, 'beta-77'));
  }
});

test('the help of /alerts and whoami say of which tier somebody is', async () => {
  const slack = rebuildWorld();
  await slack.process(slash('help'));
  await slack.process(dcr('whoami'));
  for (const answer of slack.seen().slice(0, 2)) {
    expect(answer).toContain('You are of the tier *alpha* (you are named)');
  }
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
