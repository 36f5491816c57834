import type { Config } from '../schema/schema.ts';
import type { ConfigFinding } from './issues.ts';

/** The channel of the regions is read to its newest declaration every few seconds: nothing else may be posted there. */
export const regionChecks = ({ region, slack, rebuilds, watchdog, routes }: Config): ConfigFinding[] => {
  if (!region) return [];
  const others = [
    ['slack.default_channel', slack.default_channel],
    ['slack.fallback_channel', slack.fallback_channel],
    ['rebuilds.channel', rebuilds?.channel],
    ['watchdog.channel', watchdog?.channel],
    ...routes.map(({ name, channel }) => [`the channel of route ${name}`, channel]),
  ];
  const same = others.flatMap(([where, channel]) => (channel === region.channel ? [where] : []));
  if (same.length === 0) return [];
  return [
    {
      path: ['region', 'channel'],
      message: `is ${same.join(', ')} as well: it must be a channel of its own, where nothing else is posted`,
    },
  ];
};
