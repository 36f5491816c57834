import { didYouMean } from '../../core/nearest.ts';
import { parseMatchers } from '../../routes/matchers.ts';
import type { ConfigFinding } from './issues.ts';
import { groupIn, listIn, namesIn, type RawGroup, textIn, textsIn } from './raw.ts';

/** Whether the tiers fit together with topics, tokens, channels and routes. Works on data that may have other problems. */
export const tierChecks = (root: RawGroup): ConfigFinding[] => {
  const settings = groupIn(root['tiers']);
  const tiers = listIn(settings['list']).map(groupIn);
  const readers = listIn(groupIn(root['http'])['readers']).map(groupIn);
  if (tiers.length === 0) return readers.flatMap((reader, i) => readerOfNothing(reader, i));
  const names = namesIn(settings['list']);
  const owners = ownersOf(tiers);
  const known = (value: unknown, path: ConfigFinding['path']): ConfigFinding[] =>
    typeof value !== 'string' || names.includes(value)
      ? []
      : [{ path, message: `names no tier of tiers.list: there is no ${value}${didYouMean(value, names)}` }];
  return [
    ...defaultTier(settings['default'] ?? 'default', names),
    ...listIn(groupIn(root['kafka'])['topics']).flatMap((topic, i) =>
      known(groupIn(topic)['tier'], ['kafka', 'topics', i, 'tier']),
    ),
    ...listIn(groupIn(root['http'])['sources']).flatMap((source, i) =>
      known(groupIn(source)['tier'], ['http', 'sources', i, 'tier']),
    ),
    ...readers.flatMap((reader, i) =>
      textsIn(reader['tiers']).flatMap((name, j) =>
        name === '*' ? [] : known(name, ['http', 'readers', i, 'tiers', j]),
      ),
    ),
    ...ownedOnce(tiers, 'channels', 'shows one tier’s alerts'),
    ...ownedOnce(tiers, 'instances', 'is one tier’s'),
    ...defaultChannels(root, tiers, owners),
    ...nobodyThere(tiers),
    ...nothingToRebuild(tiers, settings['default'] ?? 'default'),
    ...routesIntoChannels(root, owners),
    ...handoversNowhere(root, owners),
  ];
};

/** What a channel is told is of the tiers that it belongs to. */
const handoversNowhere = (root: RawGroup, owners: Owners): ConfigFinding[] =>
  listIn(root['handover']).flatMap((one, i) => {
    const channel = textIn(groupIn(one)['channel']);
    if (channel === undefined || owners.has(channel)) return [];
    const message = `is no tier’s channel, so nothing could be told there; name a channel of one of tiers.list, or list ${channel} there`;
    return [{ path: ['handover', i, 'channel'], message }];
  });

const readerOfNothing = (reader: RawGroup, i: number): ConfigFinding[] =>
  textsIn(reader['tiers']).every((name) => name === '*')
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

const ownedOnce = (
  tiers: readonly RawGroup[],
  key: 'channels' | 'instances',
  why: string,
): ConfigFinding[] => {
  const owners = new Map<string, string>();
  return tiers.flatMap((tier, i) =>
    textsIn(tier[key]).flatMap((id, j): ConfigFinding[] => {
      const before = owners.get(id);
      if (before === undefined) owners.set(id, textIn(tier['name']) ?? `number ${i + 1}`);
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

/** Whose a channel is, by its id. */
type Owners = ReadonlyMap<string, string>;

const ownersOf = (tiers: readonly RawGroup[]): Owners =>
  new Map(
    tiers.flatMap((tier) =>
      textsIn(tier['channels']).map((channel) => [channel, textIn(tier['name']) ?? ''] as const),
    ),
  );

/** What no route takes must not be shown in a channel of somebody else's. */
const defaultChannels = (root: RawGroup, tiers: readonly RawGroup[], owners: Owners): ConfigFinding[] => {
  const slack = groupIn(root['slack']);
  const own = tiers.flatMap((tier, i): ConfigFinding[] => {
    const name = textIn(tier['name']);
    const owner = owners.get(textIn(tier['default_channel']) ?? '');
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
    const owner = owners.get(textIn(slack[key]) ?? '');
    if (owner === undefined) return [];
    const others = tiers.flatMap((tier) => {
      const name = textIn(tier['name']);
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

const rebuildChannel = (root: RawGroup, tiers: readonly RawGroup[], owners: Owners): ConfigFinding[] => {
  const owner = owners.get(textIn(groupIn(root['rebuilds'])['channel']) ?? '');
  const others = tiers.flatMap(({ name, instances }) =>
    name !== owner && listIn(instances).length > 0 ? (textIn(name) ?? []) : [],
  );
  if (owner === undefined || others.length === 0) return [];
  const message = `is a channel of the tier ${owner}, and rebuilds of ${others.join(', ')} would be shown there: name a channel that is no tier’s`;
  return [{ path: ['rebuilds', 'channel'], message }];
};

const nobodyThere = (tiers: readonly RawGroup[]): ConfigFinding[] =>
  tiers.flatMap((tier, i): ConfigFinding[] => {
    const keys = ['channels', 'users', 'groups', 'workspaces'];
    if (keys.some((key) => listIn(tier[key]).length > 0)) return [];
    const message = `says of nobody that they are of it, so nobody would see its alerts: give it one of ${keys.join(', ')}`;
    return [{ path: ['tiers', 'list', i], message }];
  });

/** What no pattern names is the default tier's. */
const nothingToRebuild = (tiers: readonly RawGroup[], byDefault: unknown): ConfigFinding[] =>
  tiers.flatMap((tier, i): ConfigFinding[] => {
    const limit = groupIn(tier['limits'])['rebuilds_in_flight'];
    if (limit === undefined || tier['name'] === byDefault || listIn(tier['instances']).length > 0) return [];
    const message = 'limits rebuilds, and the tier has no instances: name them in instances, or leave it out';
    return [{ path: ['tiers', 'list', i, 'limits', 'rebuilds_in_flight'], message }];
  });

/** A route into a tier's channel takes that tier's events only. */
const routesIntoChannels = (root: RawGroup, owners: Owners): ConfigFinding[] =>
  listIn(root['routes']).flatMap((value, i): ConfigFinding[] => {
    const route = groupIn(value);
    const channel = textIn(route['channel']);
    const owner = channel === undefined ? undefined : owners.get(channel);
    if (owner === undefined) return [];
    const holds = textsIn(route['match']).some((text) => {
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
