import { isSeq, parseDocument } from 'yaml';

/** Stands for the address under which Slack reaches farmhand; a person replaces it. */
const url = 'https://farmhand.example.com/slack/events';

const head = `\
# The Slack app with \`slack.mode: http\`: Slack sends signed requests to farmhand. Generated from manifest.yml by
# scripts/generate.ts. Replace farmhand.example.com with the name under which Slack reaches farmhand, then: api.slack.com/apps
# (GovSlack: api.slack-gov.com/apps) → Create New App → From a manifest → paste this.
# Basic Information → App Credentials → Signing Secret (SLACK_SIGNING_SECRET); Slack asks the address whether it is the right
# one, and is told so once farmhand runs with that secret (Event Subscriptions → Request URL → Retry).
# Install App → Bot User OAuth Token (SLACK_BOT_TOKEN, xoxb-…). Invite the bot to every channel it posts in.
`;

/** The manifest for requests over HTTP: that for Socket Mode, with addresses. */
export const httpManifest = (socketManifest: string): string => {
  const doc = parseDocument(socketManifest.replace(/^(#.*\n)+/, ''));
  const commands = doc.getIn(['features', 'slash_commands']);
  if (!isSeq(commands)) throw new Error('manifest.yml has no slash commands');
  for (const at of commands.items.keys()) doc.setIn(['features', 'slash_commands', at, 'url'], url);
  doc.setIn(['settings', 'event_subscriptions', 'request_url'], url);
  doc.setIn(['settings', 'interactivity', 'request_url'], url);
  doc.setIn(['settings', 'interactivity', 'message_menu_options_url'], url);
  doc.setIn(['settings', 'socket_mode_enabled'], false);
  return head + doc.toString({ lineWidth: 120 });
};
