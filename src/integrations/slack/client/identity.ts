import { ErrorCode, type WebClient } from '@slack/web-api';
import { FarmhandError, messageOf } from '../../../core/errors.ts';

/** Who farmhand is in Slack, as `auth.test` says. */
export interface SlackIdentity {
  readonly botUserId: string;
  readonly botId: string;
  readonly teamId: string;
  readonly team: string;
  /** `https://acme.slack.com/`: permalinks start with it. */
  readonly url: string;
}

/** Answers that no repetition changes: a person must look at the token or the app. */
const remedies: Readonly<Record<string, string>> = {
  not_authed: 'No token arrived. Set SLACK_BOT_TOKEN to the Bot User OAuth Token (xoxb-…).',
  invalid_auth:
    'The token is not known at slack.api_url. Copy it again from "OAuth & Permissions"; GovSlack tokens need https://slack-gov.com/api/.',
  account_inactive:
    'The app was uninstalled or its workspace is gone. Install the app again, then set the new token.',
  token_revoked: 'The token was revoked. Install the app again, then set the new token.',
  token_expired:
    'The token has expired: token rotation is on. Turn it off in the manifest and install the app again.',
  user_removed_from_team: 'The bot user was removed from the workspace. Install the app again.',
  team_disabled: 'The workspace is disabled. Ask its owner.',
  not_allowed_token_type:
    'This is the wrong kind of token here: slack.bot_token is xoxb-…, slack.app_token is xapp-….',
  missing_scope: 'The token lacks a scope. Install the app again from manifest.yml.',
  ekm_access_denied: 'An administrator has suspended access to messages. Ask them.',
  team_access_not_granted:
    'The app is not installed in this workspace of the organisation. Ask its administrators to add it there.',
  enterprise_is_restricted:
    'The organisation does not allow this app to call Slack for it. Ask its administrators.',
  two_factor_setup_required:
    'The workspace asks for two-factor authentication first. Ask its administrators.',
  org_login_required: 'The workspace is moving to an Enterprise organisation. Try again when that is done.',
};

/** Slack refuses farmhand itself, whatever it asks for. Excludes everything that may pass (network, limits, 5xx). */
export class SlackRefusesApp extends FarmhandError {
  override readonly name = 'SlackRefusesApp';
}

/** The platform's own word for why it said no (`invalid_auth`); undefined for any other failure. */
export const platformError = (error: unknown): string | undefined => {
  if (!(error instanceof Error) || !('code' in error) || error.code !== ErrorCode.PlatformError)
    return undefined;
  const data = 'data' in error ? error.data : undefined;
  const word = typeof data === 'object' && data !== null && 'error' in data ? data.error : undefined;
  return typeof word === 'string' ? word : undefined;
};

/** True for the words that refuse farmhand itself, not what it asked for. */
export const isRefusalOfApp = (word: string): boolean => Object.hasOwn(remedies, word);

/** The teaching error for a refusal of the app itself; undefined when trying again may help. */
export const refusalOfApp = (error: unknown): SlackRefusesApp | undefined => {
  const word = platformError(error);
  const remedy = word !== undefined && isRefusalOfApp(word) ? remedies[word] : undefined;
  return remedy === undefined
    ? undefined
    : new SlackRefusesApp(`slack_${word}`, `Slack says ${word}. ${remedy}`, { cause: error });
};

/**
 * Asks Slack who farmhand is. Throws `SlackRefusesApp` with what to do when the token is no good, and a retryable
 * error when Slack does not answer.
 */
export const identify = async (client: WebClient): Promise<SlackIdentity> => {
  try {
    const { user_id, bot_id, team_id, team, url } = await client.auth.test();
    if (!user_id || !bot_id || !team_id) {
      throw new SlackRefusesApp(
        'slack_not_a_bot_token',
        'The token belongs to no bot user. Use the Bot User OAuth Token (xoxb-…).',
      );
    }
    return { botUserId: user_id, botId: bot_id, teamId: team_id, team: team ?? team_id, url: url ?? '' };
  } catch (error) {
    if (error instanceof SlackRefusesApp) throw error;
    throw (
      refusalOfApp(error) ??
      new FarmhandError('slack_unavailable', `Slack did not answer auth.test: ${messageOf(error)}`, {
        retryable: true,
        cause: error,
      })
    );
  }
};
