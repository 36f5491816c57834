import { createSlackControl, type SlackControl } from './control/control.ts';
import { type Pacing, slackPacing } from './control/pacing.ts';
import { defaultSeed, type SlackSeed } from './control/seed.ts';
import { startGateway } from './gateway/gateway.ts';
import { startLocalSlack } from './local-slack.ts';

export interface SlackBoxOptions {
  /** Default: a free one. */
  readonly port?: number;
  readonly seed?: SlackSeed;
  /** Default: Slack's own limits. `false`: none. */
  readonly pacing?: Pacing;
  /** How long a trigger id is good, ms. Default 3000, as at Slack. */
  readonly triggerMs?: number;
}

export interface SlackBox extends AsyncDisposable {
  /** For `slack.api_url`. */
  readonly apiUrl: string;
  /** For people and browsers. */
  readonly webUrl: string;
  readonly controlUrl: string;
  /** Where the local Slack itself listens; use it for nothing but to look. */
  readonly innerPort: number;
  readonly control: SlackControl;
  readonly botToken: string;
  readonly appToken: string;
  readonly botUserId: string;
  /** Ids by name, without `#`. */
  readonly channels: Readonly<Record<string, string>>;
  /** Ids by name. */
  readonly users: Readonly<Record<string, string>>;
}

/** A Slack on this machine: the local Slack with its page, and the gateway before it. Loopback only. */
export const startSlackBox = async (options: SlackBoxOptions = {}): Promise<SlackBox> => {
  const seed = options.seed ?? defaultSeed;
  const slack = await startLocalSlack(seed);
  try {
    const gateway = await startGateway({
      slack,
      seed,
      port: options.port ?? 0,
      pacing: options.pacing ?? slackPacing,
      triggerMs: options.triggerMs ?? 3000,
    });
    return {
      apiUrl: `${gateway.url}/api/`,
      webUrl: gateway.url,
      controlUrl: `${gateway.url}/_box`,
      innerPort: slack.port,
      control: createSlackControl(`${gateway.url}/_box`, seed.bot.userId),
      botToken: seed.bot.botToken,
      appToken: seed.bot.appToken,
      botUserId: seed.bot.userId,
      channels: Object.fromEntries(seed.channels.map(({ name, id }) => [name, id])),
      users: Object.fromEntries(seed.users.map(({ name, id }) => [name, id])),
      [Symbol.asyncDispose]: async () => {
        await gateway[Symbol.asyncDispose]();
        await slack[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await slack[Symbol.asyncDispose]();
    throw error;
  }
};
