/** The workspace that the sandbox and the tests start with. Ids are fixed, so that a config can name them. */
export interface SlackSeed {
  readonly workspace: { readonly name: string; readonly domain: string; readonly teamId: string };
  readonly bot: {
    readonly appId: string;
    readonly userId: string;
    readonly name: string;
    readonly botToken: string;
    readonly appToken: string;
    /** What the app was installed with; default: the scopes of manifest.yml. */
    readonly scopes?: readonly string[];
  };
  readonly users: readonly SeedUser[];
  readonly channels: readonly SeedChannel[];
  readonly usergroups: readonly SeedUsergroup[];
  /** Slash commands that Slack knows; any other is "not a valid command". */
  readonly commands: readonly string[];
}

interface SeedUser {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly email: string;
}

interface SeedChannel {
  readonly id: string;
  readonly name: string;
  readonly private?: boolean;
  /** The bot is a member unless this is false. */
  readonly botIsMember?: boolean;
}

export interface SeedUsergroup {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly users: readonly string[];
}

const user = (id: string, name: string, realName: string): SeedUser => ({
  id,
  name,
  realName,
  email: `${name}@example.com`,
});

export const defaultSeed: SlackSeed = {
  workspace: { name: 'Farm', domain: 'farm', teamId: 'T0FARM' },
  bot: {
    appId: 'A0FARMHAND',
    userId: 'U0FARMHAND',
    name: 'farmhand',
    botToken: 'xoxb-sandbox-bot',
    appToken: 'xapp-sandbox-app',
  },
  users: [
    user('U0SRE1', 'sam.sre', 'Sam (SRE)'),
    user('U0SRE2', 'nora.sre', 'Nora (SRE)'),
    user('U0PLAT1', 'pia.platform', 'Pia (Platform)'),
    user('U0RMT1', 'rami.rmt', 'Rami (RMT)'),
    user('U0L1A', 'lena.l1', 'Lena (L1 on call)'),
    user('U0L1B', 'leo.l1', 'Leo (L1)'),
  ],
  channels: [
    { id: 'C0ALERTS', name: 'alerts' },
    { id: 'C0PAYMENTS', name: 'alerts-payments' },
    { id: 'C0SRE', name: 'sre' },
    { id: 'C0DCR', name: 'dcr' },
    { id: 'C0APPROVERS', name: 'dcr-approvers' },
    { id: 'C0FALLBACK', name: 'alerts-fallback' },
    { id: 'C0NOTIN', name: 'not-invited', botIsMember: false },
  ],
  usergroups: [
    { id: 'S0SRE', handle: 'sre', name: 'SRE', users: ['U0SRE1', 'U0SRE2'] },
    { id: 'S0RMT', handle: 'rmt', name: 'Release management', users: ['U0RMT1'] },
    { id: 'S0L1', handle: 'l1', name: 'L1 on call', users: ['U0L1A', 'U0L1B'] },
  ],
  commands: ['/alerts', '/dcr'],
};

/** What `local-slack` reads as its `--config`. */
export const localSlackConfig = (seed: SlackSeed): unknown => ({
  workspace: seed.workspace,
  apps: [
    {
      appId: seed.bot.appId,
      botUserId: seed.bot.userId,
      botName: seed.bot.name,
      botToken: seed.bot.botToken,
      appToken: seed.bot.appToken,
      mode: 'socket',
    },
  ],
  users: seed.users.map(({ id, name, realName, email }) => ({ id, name, real_name: realName, email })),
  channels: seed.channels.map((channel) => ({
    id: channel.id,
    name: channel.name,
    is_private: channel.private ?? false,
    members: [...seed.users.map(({ id }) => id), ...(channel.botIsMember === false ? [] : [seed.bot.userId])],
  })),
});
