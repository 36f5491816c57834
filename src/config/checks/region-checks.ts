import type { ConfigFinding } from './issues.ts';
import { groupIn, listIn, type RawGroup } from './raw.ts';

/** The channel of the regions is read to its newest declaration every few seconds: nothing else may be posted there. */
export const regionChecks = (root: RawGroup): ConfigFinding[] => {
  const own = groupIn(root['region'])['channel'];
  if (typeof own !== 'string') return [];
  const { slack, routes } = root;
  const others = [
    ['slack.default_channel', groupIn(slack)['default_channel']],
    ['slack.fallback_channel', groupIn(slack)['fallback_channel']],
    ['rebuilds.channel', groupIn(root['rebuilds'])['channel']],
    ['watchdog.channel', groupIn(root['watchdog'])['channel']],
    ...ofNamed(routes, 'route', 'channel'),
    ...ofNamed(root['handover'], 'handover', 'channel'),
    ...ofNamed(root['policy'], 'policy', 'approvers_channel'),
    ...ofNamed(groupIn(root['tiers'])['list'], 'tier', 'default_channel'),
  ];
  const same = others.flatMap(([where, channel]) => (channel === own ? [where] : []));
  if (same.length === 0) return [];
  return [
    {
      path: ['region', 'channel'],
      message: `is ${same.join(', ')} as well: it must be a channel of its own, where nothing else is posted`,
    },
  ];
};

/** The channels that entries of a list have at `key`. */
const ofNamed = (list: unknown, what: string, key: string): readonly (readonly [string, unknown])[] =>
  listIn(list).map((one) => [`the ${key} of ${what} ${String(groupIn(one)['name'])}`, groupIn(one)[key]]);
