import type { Config } from '../schema/schema.ts';
import type { Secret } from '../schema/secret.ts';
import { readSigningKey } from '../signing/signing-key.ts';
import type { ConfigFinding } from './issues.ts';

/** Shorter than this and a bearer token can be guessed; `openssl rand -hex 32` makes one of 64. */
const shortestToken = 16;

/**
 * Whether the secrets that were fetched can be what they are set as: Slack's tokens by their form, those of farmhand's
 * own HTTP API by their length, and no token that opens two doors. What is wrong is said without the secret.
 */
export const tokenChecks = (config: Config): ConfigFinding[] => [
  ...form(
    ['slack', 'bot_token'],
    config.slack.bot_token,
    'xoxb-',
    'Bot User OAuth Token',
    'OAuth & Permissions',
  ),
  ...form(['slack', 'app_token'], config.slack.app_token, 'xapp-', 'app-level token', 'Basic Information'),
  ...signingKey(config.rebuilds?.repository.signing_key),
  ...signingSecret(config.slack.signing_secret),
  ...long(['http', 'events_token'], config.http.events_token),
  ...long(['http', 'api_token'], config.http.api_token),
  ...long(['http', 'audit_token'], config.http.audit_token),
  ...[...named(config, 'sources'), ...named(config, 'readers')].flatMap(([path, secret]) =>
    long(path, secret),
  ),
  ...shared(config),
  ...redisUrl(config.redis),
];

/** What the URL of Redis says, and another key says as well. */
const redisUrl = ({ url, sentinel, username, password, tls }: Config['redis']): ConfigFinding[] => {
  if (sentinel) return [];
  const named = new URL(typeof url === 'string' ? url : url.reveal());
  const found: ConfigFinding[] = [];
  const twice = (name: string) => `is in redis.url as well, and one of them counts: leave ${name} out of one`;
  if (username !== undefined && named.username !== '')
    found.push({ path: ['redis', 'username'], message: twice('the user') });
  if (password !== undefined && named.password !== '')
    found.push({ path: ['redis', 'password'], message: twice('the password') });
  if (tls !== undefined && tls !== false && named.protocol === 'redis:')
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

const shared = (config: Config): ConfigFinding[] => {
  const first = new Map<string, string>();
  return doors(config).flatMap(([path, secret]): ConfigFinding[] => {
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

/** Tokens of single sources and readers. */
const named = ({ http }: Pick<Config, 'http'>, list: 'sources' | 'readers') =>
  http[list].map(({ token }, i) => [['http', list, i, 'token'], token] as const);

const doors = ({
  slack,
  http,
  jira,
  sre_api,
  pagers,
  rebuilds,
}: Config): readonly (readonly [readonly PropertyKey[], Secret | undefined])[] => [
  [['slack', 'bot_token'], slack.bot_token],
  [['slack', 'app_token'], slack.app_token],
  [['slack', 'signing_secret'], slack.signing_secret],
  [['http', 'events_token'], http.events_token],
  [['http', 'api_token'], http.api_token],
  [['http', 'audit_token'], http.audit_token],
  ...named({ http }, 'sources'),
  ...named({ http }, 'readers'),
  [['jira', 'api_token'], jira?.api_token],
  [['jira', 'personal_access_token'], jira?.personal_access_token],
  [['sre_api', 'token'], sre_api?.token],
  ...pagers.map(
    ({ pagerduty, opsgenie, webhook }, i) =>
      [['pagers', String(i)], pagerduty?.routing_key ?? opsgenie?.api_key ?? webhook?.secret] as const,
  ),
  [['rebuilds', 'repository', 'token'], rebuilds?.repository.token],
  [['rebuilds', 'engine', 'token'], rebuilds?.engine.token],
];
