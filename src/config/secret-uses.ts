import { isObject } from '../core/json.ts';
import { groupIn, isPresent, type RawGroup } from './checks/raw.ts';
import { usualVariables } from './checks/token-checks.ts';
import { Secret } from './schema/secret.ts';

/** A part of `serve` that can run in a process of its own. */
export type SecretRole = 'intake' | 'worker' | 'slack' | 'api';

interface SecretUse {
  readonly roles: readonly SecretRole[];
  /** Another role that uses it where the config asks for something besides. */
  readonly also?: {
    readonly role: SecretRole;
    readonly where: string;
    readonly if: (root: RawGroup) => boolean;
  };
}

const all = ['intake', 'worker', 'slack', 'api'] as const;
const onlyWorker = { roles: ['worker'] } as const;
/** Silences and looks are the worker's; how many alerts a silence would meet is asked for whoever is about to make it. */
const ofAlertmanager = { roles: ['worker', 'slack'] } as const;

/**
 * Every secret of the config (a test holds this to the schema), and which roles use it. No role reads the secret of another: its Secret need not
 * have it, and whoever breaks into that role does not get it.
 */
export const secretUses = {
  'slack.bot_token': { roles: all },
  'slack.app_token': { roles: ['slack'] },
  'slack.signing_secret': { roles: ['slack'] },
  'kafka.sasl.password': {
    roles: ['intake'],
    also: {
      role: 'worker',
      where: '`audit.topic` or `watchdog`',
      if: (root) => isPresent(groupIn(root['audit'])['topic']) || isPresent(root['watchdog']),
    },
  },
  'archive.access_key_id': { roles: ['intake'] },
  'archive.secret_access_key': { roles: ['intake'] },
  'http.events_token': { roles: ['intake'] },
  'http.sources[].token': { roles: ['intake'] },
  'http.api_token': { roles: ['api'] },
  'http.readers[].token': { roles: ['api'] },
  'http.audit_token': { roles: ['api'] },
  'redis.url': { roles: all },
  'redis.password': { roles: all },
  'redis.sentinel.password': { roles: all },
  'jira.api_token': onlyWorker,
  'jira.personal_access_token': onlyWorker,
  'alertmanagers[].token': ofAlertmanager,
  'alertmanagers[].password': ofAlertmanager,
  'pagers[].pagerduty.routing_key': onlyWorker,
  'pagers[].opsgenie.api_key': onlyWorker,
  'pagers[].webhook.secret': onlyWorker,
  'sre_api.token': onlyWorker,
  'rebuilds.repository.token': { roles: ['intake', 'worker', 'slack'] },
  'rebuilds.repository.signing_key': onlyWorker,
  'rebuilds.engine.token': { roles: ['worker', 'slack'] },
  'watchdog.ping_url': onlyWorker,
} as const satisfies Readonly<Record<string, SecretUse>>;

type SecretPath = keyof typeof secretUses;
const uses: Readonly<Record<SecretPath, SecretUse>> = secretUses;
const paths = Object.keys(secretUses) as readonly SecretPath[];

/** Which role reads which secret, for people: `yes`, `no`, or what it is only read with. */
export const secretRows = (): readonly {
  readonly path: string;
  readonly reads: Readonly<Record<SecretRole, string>>;
}[] =>
  paths.map((path) => {
    const { roles, also } = uses[path];
    const of = (role: SecretRole): string =>
      roles.includes(role) ? 'yes' : also?.role === role ? also.where : 'no';
    return {
      path,
      reads: { intake: of('intake'), worker: of('worker'), slack: of('slack'), api: of('api') },
    };
  });

type SectionOf<Path extends string> = Path extends `${infer Section}.${string}`
  ? Section extends `${infer Name}[]`
    ? Name
    : Section
  : never;

/** One secret, or all of a section at the top of the config. */
export type SecretPlace = SecretPath | SectionOf<SecretPath>;

/** What needs secrets: the roles of a process, or a command by what it uses. */
export type SecretUser = { readonly roles: Iterable<SecretRole> } | { readonly uses: readonly SecretPlace[] };

/** `data` without the references to secrets that `user` does not use: nobody opens them, and nobody can use them by mistake. */
export const withoutOthersSecrets = (data: unknown, user: SecretUser): unknown =>
  paths
    .filter((path) => !needs(user, path, groupIn(data)))
    .reduce<unknown>((rest, path) => withheldAt(rest, path.split('.'), path), data);

const needs = (user: SecretUser, path: SecretPath, root: RawGroup): boolean => {
  if ('uses' in user) return user.uses.some((place) => path === place || path.split(/[.[]/)[0] === place);
  const { roles, also } = uses[path];
  const own = [...user.roles];
  return own.some((role) => roles.includes(role) || (also?.role === role && also.if(root)));
};

const withheldAt = (data: unknown, [key = '', ...rest]: readonly string[], path: string): unknown => {
  const name = key.replace('[]', '');
  if (!isObject(data)) return data;
  const here = data[name];
  if (rest.length === 0) {
    // What is no reference is a mistake in the file, whoever reads it.
    const there = isReference(here) || (here === undefined && usualVariables[path] !== undefined);
    return there ? { ...data, [name]: Secret.withheld(path) } : data;
  }
  if (!isPresent(here)) return data;
  const below = Array.isArray(here)
    ? here.map((each) => withheldAt(each, rest, path))
    : withheldAt(here, rest, path);
  return { ...data, [name]: below };
};

const isReference = (value: unknown): boolean =>
  isObject(value) &&
  Object.keys(value).length === 1 &&
  ['env', 'file'].some((key) => typeof value[key] === 'string' && value[key] !== '');
