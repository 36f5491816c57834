import { isObject } from '../../core/json.ts';
import type { ConfigFinding } from './issues.ts';

type Group = Readonly<Record<string, unknown>>;

/** The channel of the regions is read to its newest declaration every few seconds: nothing else may be posted there. */
export const regionChecks = (root: Group): ConfigFinding[] => {
  const keyOf = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);
  const own = keyOf(root['region'], 'channel');
  if (typeof own !== 'string') return [];
  const { slack, routes } = root;
  const others = [
    ['slack.default_channel', keyOf(slack, 'default_channel')],
    ['slack.fallback_channel', keyOf(slack, 'fallback_channel')],
    ['rebuilds.channel', keyOf(root['rebuilds'], 'channel')],
    ['watchdog.channel', keyOf(root['watchdog'], 'channel')],
    ...(Array.isArray(routes) ? routes : []).map(
      (route) => [`the channel of route ${String(keyOf(route, 'name'))}`, keyOf(route, 'channel')] as const,
    ),
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
