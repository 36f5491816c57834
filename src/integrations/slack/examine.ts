import { WebClient } from '@slack/web-api';
import { messageOf } from '../../core/errors.ts';
import { clientOptions, createSlackClient, type SlackClientOptions } from './client/client.ts';
import { identify, platformError, refusalOfApp, type SlackIdentity } from './client/identity.ts';
import { neededScopes } from './client/scopes.ts';

/** What Slack says of farmhand's app. Texts may hold what Slack answered. */
export interface SlackFacts {
  readonly identity:
    | { readonly ok: true; readonly is: SlackIdentity }
    | { readonly ok: false; readonly error: string };
  /** What does not work for want of a scope, by scope; undefined: Slack did not say which there are. */
  readonly missing: Readonly<Record<string, string>> | undefined;
  /** Why there is no Socket Mode; undefined: there is, or nobody asked. */
  readonly socket: string | undefined;
  /** Why a channel cannot be read, in Slack's word; absent where it can be. */
  readonly refusals: ReadonlyMap<string, string>;
}

/**
 * Asks Slack about the app's tokens, scopes and channels. Reads only; it opens no connection of Socket Mode, since people
 * might be heard there by whoever goes away again.
 */
export const examineSlack = async (
  options: SlackClientOptions & { readonly appToken?: string; readonly channels: readonly string[] },
): Promise<SlackFacts> => {
  await using client = createSlackClient(options);
  const { web } = client;
  const identity: SlackFacts['identity'] = await identify(web).then(
    (is) => ({ ok: true, is }) as const,
    (error: unknown) => ({ ok: false, error: messageOf(error) }) as const,
  );
  const socket = options.appToken === undefined ? undefined : await socketOf(options, options.appToken);
  if (!identity.ok) return { identity, socket, missing: undefined, refusals: new Map() };
  const scopes = await scopesOf(web);
  const refusals = await Promise.all(options.channels.map((channel) => refusalIn(web, channel)));
  return {
    ...{ identity, socket },
    missing:
      scopes && Object.fromEntries(Object.entries(neededScopes).filter(([scope]) => !scopes.includes(scope))),
    refusals: new Map(refusals.flat()),
  };
};

const scopesOf = async (web: WebClient): Promise<readonly string[] | undefined> => {
  const { response_metadata } = await web.auth.test();
  return response_metadata?.scopes;
};

const socketOf = async (options: SlackClientOptions, appToken: string): Promise<string | undefined> => {
  try {
    await new WebClient(appToken, clientOptions(options)).apps.connections.open({});
    return undefined;
  } catch (error) {
    return refusalOfApp(error)?.message ?? messageOf(error);
  }
};

const refusalIn = async (
  web: WebClient,
  channel: string,
): Promise<readonly (readonly [string, string])[]> => {
  try {
    await web.conversations.history({ channel, limit: 1 });
    return [];
  } catch (error) {
    return [[channel, platformError(error) ?? messageOf(error)]];
  }
};
