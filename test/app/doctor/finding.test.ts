import { describe, expect, test } from 'vitest';
import { clockFinding, finding, verdictOf } from '../../../src/app/doctor/finding.ts';
import { lookAtAll } from '../../../src/app/doctor/look.ts';
import { slackFindings } from '../../../src/app/doctor/slack.ts';
import type { SlackFacts } from '../../../src/integrations/slack/examine.ts';

const ok = finding('a', 'ok', 'fine');

test.each([
  ['ok', []],
  ['ok', [ok]],
  ['warn', [ok, finding('b', 'warn', 'x')]],
  ['unknown', [finding('b', 'warn', 'x'), finding('c', 'unknown', 'x'), ok]],
  ['fail', [finding('c', 'unknown', 'x'), finding('d', 'fail', 'x'), ok]],
] as const)('the verdict is %s', (verdict, findings) => {
  expect(verdictOf(findings)).toBe(verdict);
});

describe('a clock', () => {
  test.each([
    ['is right', 900, 0, 'ok', 'agrees with Redis'],
    ['is off by less than the reading is sure of', 6_000, 2_000, 'ok', 'agrees with Redis'],
    ['is behind', 7_000, 500, 'warn', 'is 7 s behind Redis'],
    ['is ahead', -90_000, 0, 'fail', 'is 90 s ahead of Redis'],
  ] as const)('%s', (_, skew, doubt, state, says) => {
    expect(clockFinding('Redis', skew, doubt)).toMatchObject({ state, says });
  });
});

describe('looking at all', () => {
  const never = () => new Promise<never>(() => {});
  const safe = (text: string): string => text.replaceAll('s3cret', '[redacted]');

  test('one that never answers holds up no other, and is not known', async () => {
    const found = await lookAtAll(
      [
        { name: 'slow', look: never },
        { name: 'quick', look: async () => [ok] },
      ],
      20,
      safe,
    );
    expect(found.map(({ check, state, says }) => [check, state, says])).toEqual([
      ['slow', 'unknown', 'did not answer within 0.02 s'],
      ['a', 'ok', 'fine'],
    ]);
  });

  test('what breaks is told, and no secret with it', async () => {
    const breaks = { name: 'x', look: () => Promise.reject(new Error('no login with s3cret')) };
    const tells = { name: 'y', look: async () => [finding('y', 'fail', 'says s3cret', 'set s3cret')] };
    expect(await lookAtAll([breaks, tells], 1_000, safe)).toEqual([
      finding('x', 'unknown', 'could not be looked at: no login with [redacted]'),
      finding('y', 'fail', 'says [redacted]', 'set [redacted]'),
    ]);
  });
});

describe('Slack', () => {
  const is = { botUserId: 'U1', botId: 'B1', teamId: 'T1', team: 'Farm', url: '' };
  const good: SlackFacts = {
    identity: { ok: true, is },
    missing: {},
    socket: undefined,
    refusals: new Map(),
  };
  const channels = new Map([['C1', 'slack.default_channel']]);
  const states = (facts: SlackFacts, mode: 'socket' | 'http' = 'socket') =>
    slackFindings(facts, { mode, channels }).map(({ check, state }) => `${state} ${check}`);

  test('all is well', () => {
    expect(states(good)).toEqual(['ok slack', 'ok slack scopes', 'ok slack socket', 'ok slack channel']);
  });

  test('a scope that is missing is told with what does not work; without chat:write nothing does', () => {
    const missing = { 'chat:write': 'nothing can be posted', 'files:write': 'rebuilds have no charts' };
    expect(states({ ...good, missing })).toEqual([
      'ok slack',
      'fail slack scopes',
      'warn slack scopes',
      'ok slack socket',
      'ok slack channel',
    ]);
  });

  test('without the header of the scopes they are not known', () => {
    expect(states({ ...good, missing: undefined })[1]).toBe('unknown slack scopes');
  });

  test('each refusal of a channel has its own remedy', () => {
    const fixOf = (word: string) =>
      slackFindings({ ...good, refusals: new Map([['C1', word]]) }, { mode: 'socket', channels }).at(-1);
    const words = ['not_in_channel', 'channel_not_found', 'is_archived', 'missing_scope', 'fatal_error'];
    const found = words.map(fixOf);
    expect(found.map((one) => one?.state)).toEqual(words.map(() => 'fail'));
    expect(new Set(found.map((one) => one?.fix)).size).toBe(words.length);
  });

  test('over HTTP it is said that nobody can see from here whether Slack gets through', () => {
    expect(states(good, 'http')[2]).toBe('warn slack requests');
  });

  test('a token that is refused: nothing is said of scopes and channels', () => {
    const identity = { ok: false, error: 'Slack says invalid_auth. …' } as const;
    expect(states({ ...good, identity, socket: 'not_allowed_token_type' })).toEqual([
      'fail slack',
      'fail slack socket',
    ]);
  });
});
