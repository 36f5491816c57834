import { z } from 'zod';
import { channel, duration, httpUrl, type ResolveSecret, secretField, section } from './fields.ts';

/** The workspace, and how farmhand speaks there. */
export const slackSchema = (resolve: ResolveSecret) => {
  const secret = secretField(resolve);
  return section({
    bot_token: secret('Bot token, xoxb-…').prefault({ env: 'SLACK_BOT_TOKEN' }),
    mode: z
      .enum(['socket', 'http'], { error: 'must be socket or http' })
      .default('socket')
      .describe(
        'How Slack reaches farmhand: over connections that farmhand opens (Socket Mode), or by signed requests to POST /slack/events',
      ),
    app_token: secret(
      'App-level token for Socket Mode, xapp-…; needed with `mode: socket`, there `{ env: SLACK_APP_TOKEN }` unless said otherwise',
    ).optional(),
    signing_secret: secret(
      'Signing secret of the app; needed with `mode: http`, there `{ env: SLACK_SIGNING_SECRET }` unless said otherwise',
    ).optional(),
    api_url: httpUrl('Slack Web API; GovSlack: https://slack-gov.com/api/').default('https://slack.com/api/'),
    blocks: z
      .enum(['auto', 'classic'], { error: 'must be auto or classic' })
      .default('auto')
      .describe(
        'auto: tables, charts and plans where they read better, and classic blocks for a day where Slack refuses those; classic: never',
      ),
    default_channel: channel.describe('Alerts that no route matched go here: nothing is lost'),
    fallback_channel: channel.optional().describe('Where a thread goes when Slack refuses its own channel'),
    allowed_link_hosts: z
      .array(z.string().regex(/^(\*\.)?[a-z0-9.-]+(:\d+)?$/i, { error: 'must be a host, or *.host' }))
      .default([])
      .describe(
        'Hosts that links from alerts may point to; `*.example.com` covers subdomains. Others are shown as text',
      ),
    members: section({
      guests: z.boolean().default(false).describe('Guests of the workspace count as members'),
      teams: z
        .array(z.string().regex(/^[TE][A-Z0-9]{2,}$/, { error: 'must be a workspace id such as T0123ABCD' }))
        .default([])
        .describe(
          'Other workspaces (T…) or Enterprise organisations (E…) whose people count as members, over Slack Connect too',
        ),
    })
      .prefault({})
      .describe('Who else farmhand listens to besides the members of its workspace; all others are refused'),
    pacing: section({
      posts_per_second: z
        .number()
        .min(0.05)
        .max(1_000)
        .default(1)
        .describe('Posts per second and channel; Slack allows 1'),
      burst: z
        .number()
        .int()
        .min(1)
        .max(1_000)
        .default(3)
        .describe('Posts that may go out at once after a quiet time'),
      updates_per_minute: z
        .number()
        .min(1)
        .max(60_000)
        .default(50)
        .describe('Message updates per minute, whole workspace'),
    })
      .prefault({})
      .describe('How fast farmhand speaks'),
    digest: section({
      threshold: z
        .number()
        .int()
        .min(1)
        .max(100_000)
        .default(20)
        .describe('Backlog of a channel above which a digest is posted'),
      refresh: duration('How often the digest is brought up to date', {
        min: '1s',
        max: '10m',
        why: 'Slack lets a message be updated about once a second',
      }).prefault('10s'),
    })
      .prefault({})
      .describe('One message for what waits in a storm'),
  });
};
