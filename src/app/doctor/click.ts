import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { doctorClick } from '../../../views/messages/doctor.ts';
import type { Config } from '../../config/schema/schema.ts';
import { messageOf } from '../../core/errors.ts';
import { createAwaitedClick } from '../../integrations/redis/doctor/awaited-click.ts';
import { postOne } from '../../integrations/slack/one-message.ts';
import type { Log } from '../../observability/log.ts';
import { connectOnce } from '../records/connect-once.ts';
import { type Finding, finding } from './finding.ts';
import { channelFix } from './slack.ts';

export interface ClickAsked {
  readonly channel: string;
  readonly waitMs: number;
  /** To the person at the terminal. */
  readonly tell: (text: string) => void;
}

const check = 'slack click';

export const clickSkipped: Finding = finding(
  check,
  'skipped',
  'whether a click comes back was not tried: a person has to press a button',
  'farmhand doctor --click CHANNEL',
);

const lookEvery = 250;
/** The key outlives the wait by this, so that a click at the last moment is answered truly; ms. */
const keptFor = 60_000;

/**
 * A button in Slack, the farmhand that serves, and the store of both: the way that every click takes. The doctor listens to
 * nobody itself. A connection of its own in Socket Mode would be given a share of all that people press, and lose it.
 */
export const lookAtClick = async (
  config: Config,
  { channel, waitMs, tell }: ClickAsked,
  parts: {
    /** What was found of the rest. */
    readonly found: readonly Finding[];
    readonly now: () => number;
    readonly safe: (text: string) => string;
    readonly log: Log;
  },
): Promise<readonly Finding[]> => {
  const { found, now, safe, log } = parts;
  const bad = found.filter(({ check: of, state }) => ['slack', 'redis'].includes(of) && state === 'fail');
  if (bad.length > 0) {
    const why = 'was not tried: Slack and Redis must work first';
    return [finding(check, 'unknown', why, 'Look at what is said of them above.')];
  }
  const redis = await connectOnce(config).catch((error: unknown) => messageOf(error));
  if (typeof redis === 'string') return [finding(check, 'unknown', safe(redis))];
  const clicks = createAwaitedClick(redis, config.redis.prefix);
  const nonce = randomUUID();
  try {
    await clicks.await(nonce, waitMs + keptFor);
    const { bot_token, api_url } = config.slack;
    await using message = await postOne(
      { botToken: bot_token.reveal(), apiUrl: api_url, log },
      channel,
      doctorClick(nonce, now() + waitMs),
    );
    if (!message.ok) {
      const { error } = message;
      return [
        finding(check, 'fail', safe(`${channel} takes no message: ${error}`), channelFix(channel, error)),
      ];
    }
    tell(`Press the button in ${channel}, within ${Math.round(waitMs / 1000)} s.`);
    try {
      const came = await comes(clicks.hasCome, nonce, waitMs);
      return [came ? heard(channel) : unheard(channel, waitMs, config.slack.mode)];
    } finally {
      const left = await message.remove();
      if (left !== undefined) tell(safe(`The message in ${channel} is still there (${left}): delete it.`));
    }
  } catch (error) {
    return [finding(check, 'unknown', safe(`could not be looked at: ${messageOf(error)}`))];
  } finally {
    await clicks.forget(nonce).catch(() => {});
    redis.disconnect();
  }
};

const comes = async (
  hasCome: (nonce: string) => Promise<boolean>,
  nonce: string,
  waitMs: number,
): Promise<boolean> => {
  const end = performance.now() + waitMs;
  do {
    if (await hasCome(nonce)) return true;
    await sleep(lookEvery);
  } while (performance.now() < end);
  return hasCome(nonce);
};

const heard = (channel: string): Finding =>
  finding(check, 'ok', `a click in ${channel} was heard by the farmhand that serves, and answered`);

/** Whether anybody pressed it, nobody here knows. */
const unheard = (channel: string, waitMs: number, mode: 'socket' | 'http'): Finding =>
  finding(
    check,
    'unknown',
    `no click came back from ${channel} within ${Math.round(waitMs / 1000)} s`,
    mode === 'http'
      ? 'Where somebody pressed it: is farmhand serve running (role slack), and does Interactivity of the app name https://…/slack/events, which Slack reaches?'
      : 'Where somebody pressed it: is farmhand serve running (role slack), is Interactivity on in the app, and may whoever pressed it use farmhand (slack.members)? Another program with the same app-level token takes a share of all clicks.',
  );
