import type { OwnTiers } from '../../src/access/rights.ts';
import type { Belonging, BelongsBy } from '../../src/access/tiers.ts';
import { inline } from '../escape.ts';
import { mentionOf } from '../words.ts';

/** Of which tiers somebody is, why, and what they are shown by that. Inert mrkdwn. */
export const ownTiersWords = ({ belongs, untold }: OwnTiers): string => {
  const unsure =
    untold.length === 0
      ? ''
      : ` ⚠️ Slack did not tell in time whether you are in ${untold.map(mentionOf).join(', ')}: not counted. Ask again in a minute.`;
  if (belongs.length === 0) {
    return `🏷️ You are of no tier here, so you are shown no alert and no rebuild. Ask in a channel of your tier, or have yourself, your user group or your workspace named in \`tiers.list\` of farmhand.yml.${unsure}`;
  }
  const many = belongs.length > 1;
  return `🏷️ You are of the ${many ? 'tiers' : 'tier'} ${belongs.map(tierWords).join(' and ')}. You are shown alerts and rebuilds of ${many ? 'these' : 'this one'}, and nothing of others.${unsure}`;
};

const tierWords = ({ tier, by }: Belonging): string =>
  `*${inline(tier, 60)}* (${by.map(reasonWords).join(', ')})`;

const reasonWords = (by: BelongsBy): string => {
  if (typeof by === 'object') return `through ${mentionOf(by.group)}`;
  switch (by) {
    case 'id':
      return 'you are named';
    case 'workspace':
      return 'through your workspace';
    case 'channel':
      return 'in this channel alone';
    default:
      return by satisfies never;
  }
};
