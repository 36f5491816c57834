import type { Config } from '../../config/schema/schema.ts';
import { examineSlack, type SlackFacts } from '../../integrations/slack/examine.ts';
import type { Log } from '../../observability/log.ts';
import { type Finding, finding } from './finding.ts';

/** Every channel that the config names, with where. */
const channelsOf = (config: Config): ReadonlyMap<string, string> => {
  const { slack, routes, rebuilds, watchdog, region, handover } = config;
  const named: readonly (readonly [string | undefined, string])[] = [
    [slack.default_channel, 'slack.default_channel'],
    [slack.fallback_channel, 'slack.fallback_channel'],
    [rebuilds?.channel, 'rebuilds.channel'],
    [watchdog?.channel, 'watchdog.channel'],
    [region?.channel, 'region.channel'],
    ...handover.map(({ name, channel }) => [channel, `handover ${name}`] as const),
    ...routes.map((route) => [route.channel, `route ${route.name}`] as const),
  ];
  const found = new Map<string, string>();
  for (const [channel, place] of named) if (channel && !found.has(channel)) found.set(channel, place);
  return found;
};

export const channelFix = (channel: string, word: string): string => {
  switch (word) {
    case 'not_in_channel':
      return `In Slack, in that channel: /invite @farmhand (${channel}).`;
    case 'channel_not_found':
      return `Is ${channel} of this workspace? A private channel is not seen before the bot is invited there.`;
    case 'is_archived':
      return `Unarchive ${channel}, or name another one.`;
    case 'missing_scope':
      return 'Install the app again from manifest.yml.';
    default:
      return 'Try again; where it stays so, look at https://docs.slack.dev/reference/methods/conversations.history.';
  }
};

const reachFindings = (
  mode: 'socket' | 'http' | 'none',
  socket: SlackFacts['socket'],
): readonly Finding[] => {
  switch (mode) {
    case 'none':
      return [];
    case 'http':
      return [
        finding(
          'slack requests',
          'warn',
          'whether Slack reaches POST /slack/events cannot be seen from here',
          'farmhand doctor --click CHANNEL shows it; or press a button in any thread.',
        ),
      ];
    default:
      return [
        socket === undefined
          ? finding('slack socket', 'ok', 'the app-level token opens Socket Mode')
          : finding(
              'slack socket',
              'fail',
              `Socket Mode is refused: ${socket}`,
              'Set SLACK_APP_TOKEN to an app-level token (xapp-…) with connections:write, and turn Socket Mode on in the app.',
            ),
      ];
  }
};

/** Pure: what the facts mean. */
export const slackFindings = (
  facts: SlackFacts,
  {
    mode,
    channels,
  }: { readonly mode: 'socket' | 'http' | 'none'; readonly channels: ReadonlyMap<string, string> },
): readonly Finding[] => {
  const { identity, missing, socket, refusals } = facts;
  const reach = reachFindings(mode, socket);
  if (!identity.ok) return [finding('slack', 'fail', identity.error), ...reach];
  const { is } = identity;
  return [
    finding('slack', 'ok', `the token is of bot ${is.botUserId} in ${is.team} (${is.teamId})`),
    ...scopeFindings(missing),
    ...reach,
    ...[...channels].map(([channel, place]) => {
      const word = refusals.get(channel);
      if (word === undefined) return finding('slack channel', 'ok', `${channel} (${place}) can be read`);
      return finding('slack channel', 'fail', `${channel} (${place}): ${word}`, channelFix(channel, word));
    }),
  ];
};

const scopeFindings = (missing: SlackFacts['missing']): readonly Finding[] => {
  if (missing === undefined) {
    return [
      finding(
        'slack scopes',
        'unknown',
        'Slack did not say which scopes the token has (a proxy may have taken the header x-oauth-scopes away)',
        'Compare "OAuth & Permissions" of the app with manifest.yml.',
      ),
    ];
  }
  const lacking = Object.entries(missing);
  if (lacking.length === 0)
    return [finding('slack scopes', 'ok', 'the token has every scope of the manifest')];
  const fix = 'Put manifest.yml into the app again, and install it again: the token stays the same.';
  return lacking.map(([scope, without]) =>
    finding('slack scopes', scope === 'chat:write' ? 'fail' : 'warn', `${scope} is missing: ${without}`, fix),
  );
};

/** `listens`: it has what Slack reaches it by. */
export const lookAtSlack = async (
  config: Config,
  { listens, log }: { readonly listens: boolean; readonly log: Log },
): Promise<readonly Finding[]> => {
  const { slack } = config;
  const channels = channelsOf(config);
  const facts = await examineSlack({
    botToken: slack.bot_token.reveal(),
    apiUrl: slack.api_url,
    ...(listens && slack.mode === 'socket' && { appToken: slack.app_token?.reveal() ?? '' }),
    channels: [...channels.keys()],
    log,
  });
  return slackFindings(facts, { mode: listens ? slack.mode : 'none', channels });
};
