import { addressOf } from '../../alerts/model/place.ts';
import { didYouMean } from '../../core/nearest.ts';
import { needsOf } from '../../core/templates.ts';
import { actionTemplates } from '../../routes/actions.ts';
import { groupChecks, notifyChecks } from './group-checks.ts';
import type { ConfigFinding } from './issues.ts';
import { jiraChecks } from './jira-checks.ts';
import { groupIn, isPresent, listIn, namesIn, type RawGroup } from './raw.ts';
import { type ReadAction, type ReadRoute, readRoute } from './read-route.ts';
import { rebuildChecks } from './rebuild-checks.ts';
import { regionChecks } from './region-checks.ts';
import { relationChecks } from './relations.ts';
import { tierChecks } from './tier-checks.ts';
import { watchdogChecks } from './watchdog-checks.ts';

/**
 * What no single key can tell: whether the parts of a config fit together. Works on data that may have problems of
 * its own, so that all of them are told at once: of each part whatever can be read is looked at.
 */
export const crossChecks = (data: unknown): ConfigFinding[] => {
  const root = groupIn(data);
  const quietHours = namesIn(groupIn(root['alerts'])['quiet_hours']);
  const routes = listIn(root['routes']).map(readRoute);
  return [
    ...intake(root),
    ...uniqueNames(root, ['routes'], 'route'),
    ...uniqueNames(root, ['alerts', 'quiet_hours'], 'window'),
    ...uniqueNames(root, ['pagers'], 'pager'),
    ...uniqueNames(root, ['handover'], 'handover'),
    ...uniqueNames(root, ['alertmanagers'], 'Alertmanager'),
    ...sameAddress(listIn(root['alertmanagers'])),
    ...uniqueNames(root, ['http', 'sources'], 'source'),
    ...uniqueNames(root, ['kafka', 'topics'], 'topic'),
    ...topics(groupIn(root['kafka'])),
    ...tlsPair(groupIn(groupIn(root['kafka'])['tls']), ['kafka', 'tls']),
    ...redis(groupIn(root['redis'])),
    ...listIn(root['alertmanagers']).flatMap((one, i) => alertmanager(groupIn(one), ['alertmanagers', i])),
    ...uniqueNames(root, ['rebuilds', 'clusters'], 'cluster'),
    ...jiraChecks(root),
    ...auditCopies(root),
    ...archive(root),
    ...rebuildChecks(root),
    ...relationChecks(root),
    ...watchdogChecks(root),
    ...regionChecks(root),
    ...routes.flatMap((route, i) =>
      route
        ? [...actionChecks(route, i, root), ...groupChecks(route, i), ...notifyChecks(route, i, quietHours)]
        : [],
    ),
    ...unreachable(routes),
    ...uniqueNames(root, ['tiers', 'list'], 'tier'),
    ...uniqueNames(root, ['http', 'readers'], 'reader'),
    ...tierChecks(root),
  ];
};

const intake = (root: RawGroup): ConfigFinding[] => {
  const http = groupIn(root['http']);
  if (isPresent(root['kafka']) || isPresent(http['events_token']) || listIn(http['sources']).length > 0)
    return [];
  const message =
    'no event can come in: add a kafka section, or http.events_token (or FARMHAND_EVENTS_TOKEN) for POST /v1/events';
  return [{ path: [], message }];
};

/** A copy that is required has to be one; and what farmhand reads must not be what it writes. */
const auditCopies = (root: RawGroup): ConfigFinding[] => {
  const { file, topic, require: required } = groupIn(root['audit']);
  const found = listIn(required).flatMap((name, i): ConfigFinding[] => {
    const [key, there] = name === 'file' ? (['file', file] as const) : (['topic', topic] as const);
    if (isPresent(there)) return [];
    return [{ path: ['audit', 'require', i], message: `needs audit.${key}, and there is none` }];
  });
  if (!isPresent(topic)) return found;
  if (!isPresent(root['kafka'])) {
    return [...found, { path: ['audit', 'topic'], message: 'needs a kafka section, and there is none' }];
  }
  const { topics: read, dead_letter_topic: letters = 'farmhand-dead-letters' } = groupIn(root['kafka']);
  const taken = [...listIn(read).map((one) => groupIn(one)['name']), letters].includes(topic);
  const message = 'is a topic that farmhand uses for something else; the audit needs one of its own';
  return taken ? [...found, { path: ['audit', 'topic'], message }] : found;
};

/** What the archive needs besides itself; and that events do not go over a network in the clear unasked. */
const archive = (root: RawGroup): ConfigFinding[] => {
  if (!isPresent(root['archive'])) return [];
  const own = groupIn(root['archive']);
  const found = tlsPair(groupIn(own['tls']), ['archive', 'tls']);
  const add = (key: string, message: string) => found.push({ path: ['archive', key], message });
  if (!isPresent(root['kafka'])) {
    found.push({ path: ['archive'], message: 'keeps what comes from Kafka: it needs a kafka section' });
  }
  const [id, secret] = [isPresent(own['access_key_id']), isPresent(own['secret_access_key'])];
  if (id !== secret) {
    add(id ? 'secret_access_key' : 'access_key_id', 'is missing; an access key and its secret go together');
  }
  if (isPresent(own['kms_key_id']) && own['encryption'] !== 'aws:kms') {
    add('kms_key_id', 'is only for archive.encryption: aws:kms');
  }
  const { endpoint } = own;
  if (typeof endpoint !== 'string' || !URL.canParse(endpoint)) return found;
  const { protocol, hostname, search, username } = new URL(endpoint);
  if (protocol === 'http:' && own['allow_http'] !== true) {
    add('endpoint', 'has no TLS, and events may hold secrets: use https, or say allow_http: true');
  }
  if (search !== '' || username !== '') add('endpoint', 'must have neither a query nor a user in it');
  if (/^[\d.]+$|^\[|^localhost$/.test(hostname) && own['path_style'] !== true) {
    add('path_style', 'must be true: no bucket can be put before this address');
  }
  return found;
};

/** `at`: the path of a list of what is named. */
const uniqueNames = (root: RawGroup, at: readonly string[], what: string): ConfigFinding[] => {
  const seen = new Map<string, number>();
  const items = listIn(at.reduce<unknown>((above, key) => groupIn(above)[key], root));
  return items.flatMap((item, i) => {
    const name = groupIn(item)['name'];
    if (typeof name !== 'string') return [];
    const first = seen.get(name);
    if (first === undefined) {
      seen.set(name, i);
      return [];
    }
    return [
      {
        path: [...at, i, 'name'],
        message: `another ${what} has this name already (number ${first + 1} of the list)`,
      },
    ];
  });
};

/** One external URL that is said to be of two clusters. */
const sameAddress = (alertmanagers: readonly unknown[]): ConfigFinding[] => {
  const seen = new Map<string, string>();
  return alertmanagers.flatMap((item, i) => {
    const { cluster, external_url, url } = groupIn(item);
    if (typeof cluster !== 'string') return [];
    return [external_url ?? url].flat().flatMap((address): ConfigFinding[] => {
      if (typeof address !== 'string') return [];
      const before = seen.get(addressOf(address));
      seen.set(addressOf(address), cluster);
      if (before === undefined || before === cluster) return [];
      const message = `is of the cluster ${before} already; one Alertmanager watches one cluster`;
      return [{ path: ['alertmanagers', i, external_url === undefined ? 'url' : 'external_url'], message }];
    });
  });
};

const topics = (kafka: RawGroup): ConfigFinding[] => {
  const deadLetters = kafka['dead_letter_topic'] ?? 'farmhand-dead-letters';
  const loop = listIn(kafka['topics']).findIndex((topic) => groupIn(topic)['name'] === deadLetters);
  if (loop < 0) return [];
  const message = 'is the dead-letter topic: what cannot be read would come in again, without end';
  return [{ path: ['kafka', 'topics', loop, 'name'], message }];
};

/** One way to prove who farmhand is, and whole. */
const alertmanager = (one: RawGroup, at: ConfigFinding['path']): ConfigFinding[] => {
  const [token, username, password] = ['token', 'username', 'password'].map((key) => isPresent(one[key]));
  const found = tlsPair(groupIn(one['tls']), [...at, 'tls']);
  if (username !== password) {
    const missing = username ? 'password' : 'username';
    found.push({ path: [...at, missing], message: 'is missing; basic auth needs both' });
  }
  if (token && (username || password)) {
    found.push({ path: [...at, 'token'], message: 'stands beside basic auth; keep one of the two' });
  }
  return found;
};

/** One way to the primary; and whatever needs a certificate has its key. */
const redis = (own: RawGroup): ConfigFinding[] => [
  ...(isPresent(own['url']) && isPresent(own['sentinel'])
    ? [
        {
          path: ['redis', 'url'],
          message:
            'says where Redis is, and so does redis.sentinel: give one of them. With Sentinels, user and password are redis.username and redis.password',
        },
      ]
    : []),
  ...tlsPair(groupIn(own['tls']), ['redis', 'tls']),
  ...tlsPair(groupIn(groupIn(own['sentinel'])['tls']), ['redis', 'sentinel', 'tls']),
];

const tlsPair = (tls: RawGroup, at: ConfigFinding['path']): ConfigFinding[] => {
  const [cert, key] = [isPresent(tls['cert_file']), isPresent(tls['key_file'])];
  if (cert === key) return [];
  return [
    {
      path: [...at, cert ? 'key_file' : 'cert_file'],
      message: 'is missing; a certificate and its key go together',
    },
  ];
};

const actionChecks = (route: ReadRoute, index: number, root: RawGroup): ConfigFinding[] => {
  const earlier = new Set<string>();
  // What cannot be read may be any of them.
  let unclear = false;
  return route.actions.flatMap((read) => {
    const { index: i, kind, action } = read;
    const at = ['routes', index, 'actions', i];
    const found = sectionChecks(read, at, root);
    if (kind === 'thread' && earlier.has('thread')) {
      found.push({ path: at, message: 'a route opens one thread; remove this second one' });
    }
    if (typeof action === 'object' && 'pager' in action) {
      const { to } = action.pager;
      if (earlier.has(`pager ${to}`)) {
        found.push({ path: [...at, 'pager', 'to'], message: 'is told by this route already' });
      }
      earlier.add(`pager ${to}`);
    }
    const proposed = typeof action === 'object' && 'rebuild' in action && !action.rebuild.run;
    if (proposed && !earlier.has('thread') && !unclear) {
      const message = 'is proposed in the thread, but no thread action comes before it; put thread above it';
      found.push({ path: at, message });
    }
    for (const { path, text } of action === undefined ? [] : actionTemplates(action)) {
      for (const need of needsOf(text)) {
        if (earlier.has(need) || unclear) continue;
        const message = `uses {{${need}…}}, but no ${need} action comes before it; put ${need} above it`;
        found.push({ path: [...at, ...path], message });
      }
    }
    if (kind === undefined) unclear = true;
    else earlier.add(kind);
    return found;
  });
};

/** What each action needs besides itself. */
const sectionOf: Readonly<Partial<Record<NonNullable<ReadAction['kind']>, string>>> = {
  ticket: 'jira',
  api_task: 'sre_api',
  rebuild: 'rebuilds',
};

const sectionChecks = (
  { kind, action }: ReadAction,
  at: ConfigFinding['path'],
  root: RawGroup,
): ConfigFinding[] => {
  const needed = kind && sectionOf[kind];
  if (needed !== undefined && !isPresent(root[needed])) {
    return [{ path: at, message: `needs a ${needed} section, and there is none` }];
  }
  if (typeof action !== 'object' || !('pager' in action)) return [];
  const { to } = action.pager;
  const names = namesIn(root['pagers']);
  if (names.includes(to)) return [];
  const there = names.length === 0 ? 'none in pagers' : `no ${to} in pagers${didYouMean(to, names)}`;
  return [{ path: [...at, 'pager', 'to'], message: `names no pager: there is ${there}` }];
};

const unreachable = (routes: readonly (ReadRoute | undefined)[]): ConfigFinding[] => {
  const all = routes.findIndex((route) => route?.takesAll);
  if (all < 0) return [];
  const name = routes[all]?.name ?? `number ${all + 1}`;
  return routes.slice(all + 1).map((_, i) => ({
    path: ['routes', all + 1 + i],
    message: `is never reached: route ${name} above it takes every event; put ${name} last`,
  }));
};
