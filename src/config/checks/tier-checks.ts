import { didYouMean } from '../../core/nearest.ts';
import { parseMatchers } from '../../routes/matchers.ts';
import type { ConfigFinding } from './issues.ts';

type Group = Readonly<Record<string, unknown>>;
const group = (value: unknown): Group =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Group) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const texts = (value: unknown): readonly string[] => list(value).filter((one) => typeof one === 'string');
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Whether the tiers fit together with topics, tokens, channels and routes. Works on data that may have other problems. */
export const tierChecks = (root: Group): ConfigFinding[] => {
  const settings = group(root['tiers']);
  const tiers = list(settings['list']).map(group);
  const readers = list(group(root['http'])['readers']).map(group);
  if (tiers.length === 0) return readers.flatMap((reader, i) => readerOfNothing(reader, i));
  const names = tiers.flatMap(({ name }) => textOf(name) ?? []);
  const known = (value: unknown, path: ConfigFinding['path']): ConfigFinding[] =>
    typeof value !== 'string' || names.includes(value)
      ? []
      : [{ path, message: `names no tier of tiers.list: there is no ${value}${didYouMean(value, names)}` }];
  return [
    ...defaultTier(settings['default'] ?? 'default', names),
    ...list(group(root['kafka'])['topics']).flatMap((topic, i) =>
      known(group(topic)['tier'], ['kafka', 'topics', i, 'tier']),
    ),
    ...list(group(root['http'])['sources']).flatMap((source, i) =>
      known(group(source)['tier'], ['http', 'sources', i, 'tier']),
    ),
    ...readers.flatMap((reader, i) =>
      texts(reader['tiers']).flatMap((name, j) =>
        name === '*' ? [] : known(name, ['http', 'readers', i, 'tiers', j]),
      ),
    ),
    ...ownedOnce(tiers, 'channels', 'shows one tier’s alerts'),
    ...ownedOnce(tiers, 'instances', 'is one tier’s'),
    ...defaultChannels(root, tiers),
    ...nobodyThere(tiers),
    ...routesIntoChannels(root, tiers),
    ...handoversNowhere(root, tiers),
  ];
};

/** What a channel is told is of the tiers that it belongs to. */
const handoversNowhere = (root: Group, tiers: readonly Group[]): ConfigFinding[] =>
  list(root['handover']).flatMap((one, i) => {
    const channel = textOf(group(one)['channel']);
    const isOwned = tiers.some((tier) => texts(tier['channels']).includes(channel ?? ''));
    if (channel === undefined || isOwned) return [];
    const message = `is no tier’s channel, so nothing could be told there; name a channel of one of tiers.list, or list ${channel} there`;
    return [{ path: ['handover', i, 'channel'], message }];
  });

const readerOfNothing = (reader: Group, i: number): ConfigFinding[] =>
  texts(reader['tiers']).every((name) => name === '*')
    ? []
    : [
        {
          path: ['http', 'readers', i, 'tiers'],
          message: 'names tiers, and there is no tiers.list: list them there, or write ["*"]',
        },
      ];

const defaultTier = (name: unknown, names: readonly string[]): ConfigFinding[] =>
  typeof name !== 'string' || names.includes(name)
    ? []
    : [
        {
          path: ['tiers', 'default'],
          message: `is ${name}, which is not in tiers.list: what comes in where no tier is named would be seen by nobody. Add it to the list, or name one of ${names.join(', ')}`,
        },
      ];

const ownedOnce = (tiers: readonly Group[], key: 'channels' | 'instances', why: string): ConfigFinding[] => {
  const owners = new Map<string, string>();
  return tiers.flatMap((tier, i) =>
    texts(tier[key]).flatMap((id, j): ConfigFinding[] => {
      const before = owners.get(id);
      if (before === undefined) owners.set(id, textOf(tier['name']) ?? `number ${i + 1}`);
      return before === undefined
        ? []
        : [
            {
              path: ['tiers', 'list', i, key, j],
              message: `is listed already (tier ${before}), and ${key.slice(0, -1)} ${id} ${why}`,
            },
          ];
    }),
  );
};

const ownersOf = (tiers: readonly Group[]): ReadonlyMap<string, string> =>
  new Map(
    tiers.flatMap((tier) =>
      texts(tier['channels']).map((channel) => [channel, textOf(tier['name']) ?? ''] as const),
    ),
  );

/** What no route takes must not be shown in a channel of somebody else's. */
const defaultChannels = (root: Group, tiers: readonly Group[]): ConfigFinding[] => {
  const owners = ownersOf(tiers);
  const slack = group(root['slack']);
  const own = tiers.flatMap((tier, i): ConfigFinding[] => {
    const name = textOf(tier['name']);
    const owner = owners.get(textOf(tier['default_channel']) ?? '');
    return owner === undefined || owner === name
      ? []
      : [
          {
            path: ['tiers', 'list', i, 'default_channel'],
            message: `is a channel of the tier ${owner}, whose people would see what is of ${name ?? 'this tier'}`,
          },
        ];
  });
  const shared = (['default_channel', 'fallback_channel'] as const).flatMap((key): ConfigFinding[] => {
    const owner = owners.get(textOf(slack[key]) ?? '');
    if (owner === undefined) return [];
    const others = tiers.flatMap((tier) => {
      const name = textOf(tier['name']);
      const cared = key === 'default_channel' && typeof tier['default_channel'] === 'string';
      return name === undefined || name === owner || cared ? [] : [name];
    });
    if (others.length === 0) return [];
    const what =
      key === 'default_channel'
        ? `what no route takes of ${others.join(', ')} would be shown there. Give these a default_channel in tiers.list, or name a channel that is no tier’s`
        : 'what Slack refuses elsewhere, of whatever tier, would be shown there. Name a channel that is no tier’s';
    return [{ path: ['slack', key], message: `is a channel of the tier ${owner}: ${what}` }];
  });
  return [...own, ...shared, ...rebuildChannel(root, tiers, owners)];
};

const rebuildChannel = (
  root: Group,
  tiers: readonly Group[],
  owners: ReadonlyMap<string, string>,
): ConfigFinding[] => {
  const owner = owners.get(textOf(group(root['rebuilds'])['channel']) ?? '');
  const others = tiers.flatMap(({ name, instances }) =>
    name !== owner && list(instances).length > 0 ? (textOf(name) ?? []) : [],
  );
  if (owner === undefined || others.length === 0) return [];
  const message = `is a channel of the tier ${owner}, and rebuilds of ${others.join(', ')} would be shown there: name a channel that is no tier’s`;
  return [{ path: ['rebuilds', 'channel'], message }];
};

const nobodyThere = (tiers: readonly Group[]): ConfigFinding[] =>
  tiers.flatMap((tier, i): ConfigFinding[] => {
    const keys = ['channels', 'users', 'groups', 'workspaces'];
    if (keys.some((key) => list(tier[key]).length > 0)) return [];
    const message = `says of nobody that they are of it, so nobody would see its alerts: give it one of ${keys.join(', ')}`;
    return [{ path: ['tiers', 'list', i], message }];
  });

/** A route into a tier's channel takes that tier's events only. */
const routesIntoChannels = (root: Group, tiers: readonly Group[]): ConfigFinding[] => {
  const owners = ownersOf(tiers);
  return list(root['routes']).flatMap((value, i): ConfigFinding[] => {
    const route = group(value);
    const channel = textOf(route['channel']);
    const owner = channel === undefined ? undefined : owners.get(channel);
    if (owner === undefined) return [];
    const holds = texts(route['match']).some((text) => {
      const parsed = parseMatchers(text);
      return (
        parsed.ok &&
        parsed.matchers.some(
          ({ name, operator, value: wanted }) => name === 'tier' && operator === '=' && wanted === owner,
        )
      );
    });
    const message = `is a channel of the tier ${owner}, and this route takes events of others too: add tier="${owner}" to its match`;
    return holds ? [] : [{ path: ['routes', i, 'channel'], message }];
  });
};
