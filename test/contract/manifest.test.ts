import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { App } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { parseSync, Visitor } from 'oxc-parser';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { registerCommands } from '../../commands/register.ts';
import type { CommandDeps } from '../../commands/shared/deps.ts';
import { botEvents, featureScopes, methods, slashCommands } from '../../commands/surface.ts';
import { slackPath } from '../../src/http-api/slack-routes.ts';
import { neededScopes } from '../../src/integrations/slack/client/scopes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(`${root}/${path}`, 'utf8');
const manifest = parse(read('manifest.yml'));
const httpManifest = parse(read('manifest.http.yml'));

/** From each method's page under docs.slack.dev/reference/methods; for public and private channels, and direct messages. */
const scopesOf: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'chat.delete': ['chat:write'],
  'chat.getPermalink': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history'],
  'conversations.open': ['im:write'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  // With the app-level token: connections:write, which a manifest cannot give.
  'apps.connections.open': [],
  'usergroups.users.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
  'views.update': [],
};

/** Web API methods that a source file calls, as `client.chat.update(…)` or by name in a string. */
const methodsCalled = (path: string, source: string): readonly string[] => {
  const client: object = new WebClient();
  const isMethod = (name: string): boolean => {
    const [first = '', ...rest] = name.split('.');
    const found = rest.reduce<unknown>(
      (at, key) =>
        typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined,
      rest.length > 0 ? Reflect.get(client, first) : undefined,
    );
    return typeof found === 'function';
  };
  const called: string[] = [];
  new Visitor({
    CallExpression: ({ callee }) => {
      if (callee.type !== 'MemberExpression') return;
      const name = source
        .slice(callee.start, callee.end)
        .replace(/\s+|\?/g, '')
        .split('.');
      // `usergroups.users.list` is not `users.list`: the longest name counts.
      const method = [3, 2].map((length) => name.slice(-length).join('.')).find(isMethod);
      if (method !== undefined) called.push(method);
    },
    Literal: (node) => {
      if (typeof node.value === 'string') called.push(node.value);
    },
  }).visit(parseSync(path, source).program);
  return called.filter(isMethod);
};
/** `commands/surface.ts` names the methods without calling them. */
const calledUnder = (folder: string): readonly string[] => {
  const files = globSync(`${folder}/**/*.ts`, { cwd: root }).filter((path) => !path.endsWith('surface.ts'));
  return [...new Set(files.flatMap((path) => methodsCalled(path, read(path))))].sort();
};

test('the reader of calls sees them in every form', () => {
  const source =
    "await client.chat.postMessage({}); this.#web.views.open({}); app.client.conversations\n.history(); call('auth.test'); x.chat.nothing(); [].push(); web.usergroups.users.list()";
  expect(methodsCalled('x.ts', source).toSorted()).toEqual([
    ...['auth.test', 'chat.postMessage', 'conversations.history', 'usergroups.users.list', 'views.open'],
  ]);
});

test('commands/ calls exactly the methods it says it calls', () => {
  expect(calledUnder('commands')).toEqual(Object.keys(methods).sort());
});

test('the scopes are those that the code needs, and no more', () => {
  const calls = [...calledUnder('commands'), ...calledUnder('src/integrations/slack')];
  expect(calls.filter((method) => !scopesOf[method])).toEqual([]);
  const needed = [
    ...featureScopes,
    ...Object.values(botEvents).filter((scope) => scope !== null),
    ...calls.flatMap((method) => scopesOf[method] ?? []),
  ];
  expect(manifest.oauth_config.scopes).toEqual({ bot: [...new Set(needed)].sort() });
});

test('the doctor looks for exactly these scopes', () => {
  expect(Object.keys(neededScopes)).toEqual(manifest.oauth_config.scopes.bot);
});

test('the scopes that commands/ names are those of its methods', () => {
  for (const [method, scope] of Object.entries(methods)) {
    expect(scopesOf[method], method).toEqual(scope === null ? [] : [scope]);
  }
});

test('commands and events are those that are registered', () => {
  const registered: Record<'command' | 'event', string[]> = { command: [], event: [] };
  // Only what registerCommands calls on it: Bolt's App would want a token and a connection.
  const app = {
    processEvent: async () => undefined,
    use: () => undefined,
    action: () => undefined,
    view: () => undefined,
    options: () => undefined,
    command: (name: string) => registered.command.push(name),
    event: (name: string) => registered.event.push(name),
  } as unknown as App;
  registerCommands(app, {} as CommandDeps);
  expect(manifest.features.slash_commands.map((each: { command: string }) => each.command)).toEqual(
    registered.command,
  );
  const subscribed: readonly string[] = manifest.settings.event_subscriptions.bot_events;
  expect([...new Set(subscribed.map((name) => name.replace(/^message\..*/, 'message')))]).toEqual(
    registered.event,
  );
});

test('commands and events are those of commands/surface.ts', () => {
  expect(manifest.features.slash_commands).toEqual(
    Object.values(slashCommands).map((command) => ({ ...command, should_escape: false })),
  );
  expect(manifest.settings.event_subscriptions.bot_events).toEqual(Object.keys(botEvents));
});

test('App Home is on, farmhand can write to people in private, and nobody can write back', () => {
  expect(manifest.features.app_home).toEqual({
    home_tab_enabled: true,
    messages_tab_enabled: true,
    messages_tab_read_only_enabled: true,
  });
});

test('Socket Mode, buttons and modals are on; tokens do not rotate', () => {
  expect(manifest.settings).toMatchObject({
    socket_mode_enabled: true,
    interactivity: { is_enabled: true },
    token_rotation_enabled: false,
  });
});

test('over HTTP all of it has one address, and the rest is the same', () => {
  const url = 'https://farmhand.example.com/slack/events';
  expect(httpManifest).toEqual({
    ...manifest,
    features: {
      ...manifest.features,
      slash_commands: manifest.features.slash_commands.map((command: object) => ({ ...command, url })),
    },
    settings: {
      ...manifest.settings,
      event_subscriptions: { ...manifest.settings.event_subscriptions, request_url: url },
      interactivity: { is_enabled: true, request_url: url, message_menu_options_url: url },
      socket_mode_enabled: false,
    },
  });
  expect(url).toContain(slackPath);
});

// Slack's own schema is not ours to ship; .ci/run names the place where it is at hand, and says when it is not.
const schemaPath = process.env['FARMHAND_SLACK_MANIFEST_SCHEMA'];
if (schemaPath !== undefined) {
  test.each([
    ['manifest.yml', manifest],
    ['manifest.http.yml', httpManifest],
  ])("%s matches Slack's own schema", (_, each) => {
    const schema = JSON.parse(readFileSync(schemaPath, 'utf8'));
    const validate = addFormats.default(new Ajv.default({ strict: false, allErrors: true })).compile(schema);
    validate(each);
    expect(validate.errors).toBeNull();
  });
}
