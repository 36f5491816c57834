import type { WebClientOptions } from '@slack/web-api';
import { FarmhandError } from '../../../core/errors.ts';
import { isObject } from '../../../core/json.ts';

type Fetch = NonNullable<WebClientOptions['fetch']>;

/** Commercial Slack and GovSlack know nothing of each other, and what is of one is never sent to the other. */
const domains = ['slack.com', 'slack-gov.com'] as const;

/**
 * Whether `url` is of the Slack at `apiUrl`: its host, or one of its domain, and as safe in transit. Where something of
 * one's own stands at `apiUrl` (a proxy), Slack's domains count as well: it passes on the addresses that Slack names.
 */
export const isOfSlack = (apiUrl: string, url: string): boolean => {
  if (!URL.canParse(url)) return false;
  const [api, other] = [new URL(apiUrl), new URL(url)];
  if (other.username !== '' || other.password !== '') return false;
  if (other.host === api.host) return isSafe(other) || !isSafe(api);
  if (!isSafe(other) || other.port !== '') return false;
  const own = domains.filter((domain) => isIn(api.hostname, domain));
  return (own.length > 0 ? own : domains).some((domain) => isIn(other.hostname, domain));
};

const isSafe = ({ protocol }: URL): boolean => protocol === 'https:' || protocol === 'wss:';
const isIn = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`);

/** @throws FarmhandError when `url` is not of that Slack: nothing was sent there. */
export const ofSlack = (apiUrl: string, url: string, what: string): string => {
  if (isOfSlack(apiUrl, url)) return url;
  const host = URL.canParse(url) ? new URL(url).host : 'no address';
  throw new FarmhandError(
    'not_of_slack',
    `The address of ${what} is at ${host}, which is not of the Slack at ${new URL(apiUrl).host}. Nothing was sent there.`,
  );
};

/**
 * `send`, to that Slack alone: calls, answers to response URLs, and the address of a socket, which Slack names. Redirects
 * are not followed, since whatever is in the request would follow them.
 */
export const toSlackOnly =
  (apiUrl: string, send: Fetch): Fetch =>
  async (url, init = {}) => {
    const answer = await send(ofSlack(apiUrl, String(url), 'a request'), { ...init, redirect: 'error' });
    if (!String(url).endsWith('/apps.connections.open')) return answer;
    const text = await answer.text();
    const socket = socketIn(text);
    if (socket !== undefined) ofSlack(apiUrl, socket, 'the socket');
    return new Response(text, { status: answer.status, headers: [...answer.headers.entries()] });
  };

const socketIn = (text: string): string | undefined => {
  try {
    const answer: unknown = JSON.parse(text);
    return isObject(answer) && typeof answer['url'] === 'string' ? answer['url'] : undefined;
  } catch {
    return undefined;
  }
};
