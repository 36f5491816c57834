import { isObject } from '../../core/json.ts';
import { type ResolveSecret, secretField } from '../schema/fields.ts';
import type { Secret } from '../schema/secret.ts';
import { readSigningKey } from '../signing/signing-key.ts';
import type { ConfigFinding } from './issues.ts';
import { isPresent } from './raw.ts';

/** Shorter than this and a bearer token can be guessed; `openssl rand -hex 32` makes one of 64. */
const shortestToken = 16;

type Path = readonly (string | number)[];
/** What is kept at a path of the config; undefined: nothing, what this process does not use, or what cannot be fetched, which is told elsewhere. */
type SecretAt = (path: Path) => Secret | undefined;

/**
 * Whether the secrets that were fetched can be what they are set as: Slack's tokens by their form, those of farmhand's
 * own HTTP API by their length, and no token that opens two doors. What is wrong is said without the secret. Works on data
 * that may have problems of its own.
 */
export const tokenChecks = (data: unknown, resolve: ResolveSecret): ConfigFinding[] => {
  const field = secretField(resolve)('');
  const at: SecretAt = (path) => {
    const secret = field.safeParse(valueAt(data, path) ?? usualAt(data, path)).data;
    return secret?.isWithheld ? undefined : secret;
  };
  const bot = ['slack', 'bot_token'];
  const app = ['slack', 'app_token'];
  return [
    ...form(bot, at(bot), 'xoxb-', 'Bot User OAuth Token', 'OAuth & Permissions'),
    ...form(app, at(app), 'xapp-', 'app-level token', 'Basic Information'),
    ...signingKey(at(['rebuilds', 'repository', 'signing_key'])),
    ...signingSecret(at(['slack', 'signing_secret'])),
    ...(['events_token', 'api_token', 'audit_token'] as const).flatMap((key) =>
      long(['http', key], at(['http', key])),
    ),
    ...named(data).flatMap((path) => long(path, at(path))),
    ...shared(data, at),
    ...redisUrl(valueAt(data, ['redis']), at),
    ...pingUrl(at(['watchdog', 'ping_url'])),
  ];
};

/** Variables that secrets are in where the file leaves them out; a test holds these to the schema. */
export const usualVariables: Readonly<Record<string, string>> = {
  'slack.bot_token': 'SLACK_BOT_TOKEN',
  'rebuilds.repository.token': 'GITHUB_TOKEN',
};

const usualAt = (data: unknown, path: Path): unknown => {
  const env = usualVariables[path.join('.')];
  return env !== undefined && isObject(valueAt(data, path.slice(0, -1))) ? { env } : undefined;
};

const valueAt = (data: unknown, path: Path): unknown =>
  path.reduce<unknown>((above, key) => {
    if (Array.isArray(above)) return above[Number(key)];
    return isObject(above) && Object.hasOwn(above, key) ? above[String(key)] : undefined;
  }, data);

const pingUrl = (url: Secret | undefined): ConfigFinding[] =>
  url === undefined || /^https?:\/\/\S+$/.test(url.reveal())
    ? []
    : [{ path: ['watchdog', 'ping_url'], message: 'must be an http(s) URL' }];

/** What the URL of Redis says, and another key says as well. */
const redisUrl = (redis: unknown, at: SecretAt): ConfigFinding[] => {
  if (!isObject(redis)) return [];
  const { url, sentinel, username, password, tls } = redis;
  const text = typeof url === 'string' ? url : at(['redis', 'url'])?.reveal();
  if (isPresent(sentinel) || text === undefined || !URL.canParse(text)) return [];
  const named = new URL(text);
  const found: ConfigFinding[] = [];
  const twice = (name: string) => `is in redis.url as well, and one of them counts: leave ${name} out of one`;
  if (isPresent(username) && named.username !== '')
    found.push({ path: ['redis', 'username'], message: twice('the user') });
  if (isPresent(password) && named.password !== '')
    found.push({ path: ['redis', 'password'], message: twice('the password') });
  if (isPresent(tls) && tls !== false && named.protocol === 'redis:')
    found.push({
      path: ['redis', 'tls'],
      message: 'asks for TLS, and redis.url does not: write rediss:// there',
    });
  if (tls === false && named.protocol === 'rediss:')
    found.push({
      path: ['redis', 'tls'],
      message: 'is false, and redis.url asks for TLS: write redis:// there',
    });
  return found;
};

const form = (
  path: readonly PropertyKey[],
  secret: Secret | undefined,
  begins: string,
  what: string,
  page: string,
): ConfigFinding[] => {
  const value = secret?.reveal();
  if (value === undefined) return [];
  if (value.startsWith(begins) && !/\s/.test(value)) return [];
  const found = ['xoxb-', 'xapp-', 'xoxp-', 'xoxe.', 'xoxa-'].find((start) => value.startsWith(start));
  const is = found === undefined || found === begins ? '' : ` This one begins with ${found}`;
  return [
    {
      path,
      message: `must be the ${what}, ${begins}…, without spaces (in Slack’s app settings: ${page}).${is}`,
    },
  ];
};

const signingKey = (secret: Secret | undefined): ConfigFinding[] => {
  const read = secret && readSigningKey(secret.reveal());
  return read === undefined || read.ok
    ? []
    : [{ path: ['rebuilds', 'repository', 'signing_key'], message: read.problem }];
};

/** Not held to its 32 hex digits: nothing says that Slack keeps to them. */
const signingSecret = (secret: Secret | undefined): ConfigFinding[] =>
  secret === undefined || /^[0-9a-zA-Z]{16,}$/.test(secret.reveal())
    ? []
    : [
        {
          path: ['slack', 'signing_secret'],
          message:
            'must be the Signing Secret, letters and digits only (in Slack’s app settings: Basic Information → App Credentials)',
        },
      ];

const long = (path: readonly PropertyKey[], secret: Secret | undefined): ConfigFinding[] =>
  secret === undefined || secret.reveal().length >= shortestToken
    ? []
    : [
        {
          path,
          message: `must have ${shortestToken} characters at least, so that it cannot be guessed; openssl rand -hex 32 makes one`,
        },
      ];

const shared = (data: unknown, at: SecretAt): ConfigFinding[] => {
  const first = new Map<string, string>();
  return doors(data).flatMap(({ path, within = path }): ConfigFinding[] => {
    const secret = at(within);
    if (secret === undefined) return [];
    const name = path
      .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
      .join('')
      .slice(1);
    const other = first.get(secret.reveal());
    if (other !== undefined) {
      return [{ path, message: `is the same as ${other}: who has one would have both; give each its own` }];
    }
    first.set(secret.reveal(), name);
    return [];
  });
};

const length = (list: unknown): number => (Array.isArray(list) ? list.length : 0);

/** Tokens of single sources and readers. */
const named = (data: unknown): readonly Path[] =>
  ['sources', 'readers'].flatMap((list) =>
    Array.from({ length: length(valueAt(data, ['http', list])) }, (_, i) => ['http', list, i, 'token']),
  );

/** What opens a door each, and where it is kept if not right there. */
const doors = (data: unknown): readonly { readonly path: Path; readonly within?: Path }[] => {
  const pagers = Array.from({ length: length(valueAt(data, ['pagers'])) }, (_, i) => i);
  return [
    ...['bot_token', 'app_token', 'signing_secret'].map((key) => ({ path: ['slack', key] })),
    ...['events_token', 'api_token', 'audit_token'].map((key) => ({ path: ['http', key] })),
    ...named(data).map((path) => ({ path })),
    ...['api_token', 'personal_access_token'].map((key) => ({ path: ['jira', key] })),
    { path: ['sre_api', 'token'] },
    ...pagers.flatMap((i) =>
      [
        ['pagerduty', 'routing_key'],
        ['opsgenie', 'api_key'],
        ['webhook', 'secret'],
      ].map((key) => ({ path: ['pagers', i], within: ['pagers', i, ...key] })),
    ),
    { path: ['rebuilds', 'repository', 'token'] },
    { path: ['rebuilds', 'engine', 'token'] },
  ];
};
