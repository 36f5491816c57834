import { expect, test } from 'vitest';
import type { Rights } from '../../../../src/access/rights.ts';
import { whoamiAnswer } from '../../../../views/messages/rebuilds/whoami.ts';
import { readable } from '../../support/read.ts';

const role = { name: 'gov-sre', verbs: ['*'], instances: ['systemgov*'], environments: ['gov'] } as const;
const approver = { name: 'approver', verbs: ['approve'], instances: ['*'], environments: ['*'] } as const;
const shown = (rights: Rights) => readable(whoamiAnswer(rights, 'U0ANA').blocks);

test('what somebody may do anywhere, why, and whom to ask for the rest', () => {
  expect(
    shown({
      may: [
        { role, through: 'S0GOV', verbs: ['start', 'scale'] },
        { role: approver, through: 'U0ANA', verbs: ['approve'] },
      ],
      mayNot: [
        { verbs: ['pause', 'cancel'], ask: [{ name: 'sre', contact: 'C0SRE' }, { name: 'lead' }] },
        { verbs: ['audit'], ask: [{ name: 'auditor', contact: 'the *auditors* <!here>' }] },
        { verbs: ['break_glass'], ask: [] },
      ],
      unknown: ['S0L1'],
    }).join('\n'),
  ).toBe(
    [
      '👤 *What you may do*',
      '✅ *gov-sre* in gov on systemgov∗, through <!subteam^S0GOV>: start, scale',
      '✅ *approver*, given to you: approve',
      '🚫 pause, cancel: ask <#C0SRE> (*sre*) or somebody with *lead*',
      '🚫 audit: ask the ∗auditors∗ &lt;!here&gt; (*auditor*)',
      '🚫 break_glass: nobody may, no role allows it',
      '⚠️ Slack did not tell whether you are in <!subteam^S0L1>: not counted. Ask again in a minute.',
      'You cannot approve what you asked for. A role that somebody asked through does not count for approving the same rebuild.',
      'For one instance: `/dcr whoami system6`',
    ].join('\n'),
  );
});

test('on one instance, with its environment', () => {
  expect(
    shown({
      place: { instance: 'systemgov1', environments: ['gov'] },
      may: [{ role, through: 'S0GOV', verbs: ['start'] }],
      mayNot: [],
      unknown: [],
    }),
  ).toEqual(['👤 *What you may do with systemgov1* (gov)\n✅ *gov-sre*, through <!subteam^S0GOV>: start']);
});

test('nothing so far; and its values cannot be read', () => {
  expect(
    shown({ place: { instance: 'system6', environments: 'unknown' }, may: [], mayNot: [], unknown: [] }),
  ).toEqual([
    '👤 *What you may do with system6* (its values cannot be read just now: only roles for all environments count)\n✅ nothing so far',
  ]);
});

test('where tiers keep people apart: of which they are, why, and what they are shown', () => {
  const own = [
    { tier: 'alpha', by: ['id', 'workspace'] },
    { tier: 'ops', by: [{ group: 'S0OPS' }, 'channel'] },
  ] as const;
  const nothing = { may: [], mayNot: [], unknown: [] };
  const of = (tiers: NonNullable<Rights['tiers']>, place?: string) =>
    shown({
      ...nothing,
      tiers,
      ...(place !== undefined && { place: { instance: place, environments: [] } }),
    })[0];
  expect(of({ belongs: own, untold: ['S0L1'] })).toBe(
    [
      '👤 *What you may do*',
      '🏷️ You are of the tiers *alpha* (you are named, through your workspace) and *ops* (through <!subteam^S0OPS>, in this channel alone). You are shown alerts and rebuilds of these, and nothing of others. ⚠️ Slack did not tell in time whether you are in <!subteam^S0L1>: not counted. Ask again in a minute.',
      '✅ nothing so far',
    ].join('\n'),
  );
  expect(of({ belongs: [{ tier: 'alpha', by: ['id'] }], untold: [], elsewhere: true }, 'beta-1')).toBe(
    [
      '👤 *What you may do with beta-1*',
      '🏷️ You are of the tier *alpha* (you are named). You are shown alerts and rebuilds of this one, and nothing of others.',
      '🚫 nothing: it is of a tier that you are not in, and no role counts there',
    ].join('\n'),
  );
  expect(of({ belongs: [], untold: [] })).toContain('You are of no tier here, so you are shown no alert');
});

test('more roles than a message holds are cut, not refused by Slack', () => {
  const may = Array.from({ length: 200 }, () => ({
    role,
    through: 'S0GOV',
    verbs: ['start', 'scale'] as const,
  }));
  expect(whoamiAnswer({ may, mayNot: [], unknown: [] }, 'U0ANA').text.length).toBeLessThanOrEqual(3000);
});
