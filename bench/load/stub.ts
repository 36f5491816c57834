import { Agent, request } from 'undici';
import type { Rig } from '../rig.ts';
import { mapLimited } from './limited.ts';

export interface Post {
  /** First part of the alert's id. */
  readonly series: string;
  /** When the stub had received it; wall clock, ms. */
  readonly at: number;
}

/** The local Slack that answers at once, in a process of its own. */
export interface SlackStub extends AsyncDisposable {
  readonly apiUrl: string;
  count(): Promise<number>;
  /** Takes what it has seen; it begins again. */
  take(): Promise<readonly Post[]>;
  /** So many POSTs as root messages are, 64 at a time, from a client that does nothing else; posts a second. */
  bareLimit(posts: number): Promise<number>;
  sockets(): Promise<number>;
  /** Sends slash commands, one every so many ms; answers how long each acknowledgement took, ms. */
  slash(count: number, every: number): Promise<readonly number[]>;
}

export const startStub = async (rig: Rig): Promise<SlackStub> => {
  const process = await rig.program('slack-stub.ts', [], /^listening \d+/);
  const port = /\d+/.exec(await process.waitForLine(/^listening \d+/))?.[0];
  const url = `http://127.0.0.1:${port}`;
  const ask = async <T>(path: string): Promise<T> => (await fetch(`${url}${path}`)).json() as Promise<T>;
  return {
    apiUrl: `${url}/api/`,
    count: () => ask('/seen?count'),
    take: () => ask('/seen'),
    bareLimit: (posts) => bareLimit(`${url}/api/chat.postMessage`, posts),
    sockets: () => ask('/sockets'),
    slash: (count, every) => ask(`/slash?count=${count}&every=${every}`),
    [Symbol.asyncDispose]: async () => {
      await process.stop();
    },
  };
};

const bareLimit = async (url: string, posts: number): Promise<number> => {
  const agent = new Agent({ connections: 64 });
  const body = JSON.stringify({ channel: 'C0', text: 'x', blocks: 'x'.repeat(rootBytes) });
  const post = async (): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await request(url, { dispatcher: agent, method: 'POST', headers, body });
    await answer.body.text();
  };
  const started = performance.now();
  await mapLimited(Array.from({ length: posts }), 64, post);
  const rate = (posts * 1000) / (performance.now() - started);
  await agent.close();
  return rate;
};

/** About what a root message of the load is, encoded. */
const rootBytes = 3_500;
