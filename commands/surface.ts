/** What farmhand registers and calls at Slack from `commands/`: the manifest is held equal to it by a test. */

export const slashCommands = {
  alerts: {
    command: '/alerts',
    description: 'What is open, and why an alert is where it is',
    usage_hint: '[critical] [tier=gov] [service=…] | why ID | help',
  },
  dcr: {
    command: '/dcr',
    description: 'Distributed cache rebuilds: start, watch, steer',
    usage_hint: 'start [INSTANCE] | status | list | scale INSTANCE N | pause INSTANCE WHY | … | help',
  },
} as const;

/** Bot events; each needs the scope beside it, or none. `message` arrives as one of the last two. */
export const botEvents = {
  app_home_opened: null,
  app_mention: 'app_mentions:read',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
} as const;

/** Web API methods called from here, and the scope each needs; null where Slack asks for none. */
export const methods = {
  'chat.postEphemeral': 'chat:write',
  'users.info': 'users:read',
  'views.open': null,
  'views.publish': null,
  'views.update': null,
} as const;

/** Of what needs no call of its own: slash commands, and e-mail addresses in what `users.info` answers. */
export const featureScopes = ['commands', 'users:read.email'] as const;
