import { Agent, request } from 'undici';
import { parseJson, record } from '../args.ts';
import type { LocalSlack } from '../local-slack.ts';
import type { Json } from './messages.ts';

/** The local Slack behind the gateway. */
export interface Inner extends AsyncDisposable {
  readonly httpUrl: string;
  /** The gateway's own address, without a slash at the end. */
  readonly publicUrl: string;
  readonly wsUrl: string;
  /** Its own addresses in `text`, replaced by the gateway's: everybody uses one address. */
  rewrite(text: string): string;
  /** A Web API call with JSON arguments. */
  call(method: string, args: Json, token: string): Promise<Json>;
  /** Its control API: what a person does. */
  act(path: string, body: object): Promise<Json>;
  readonly agent: Agent;
}

export const createInner = (slack: LocalSlack, ownHost: string): Inner => {
  const agent = new Agent({ connections: 32, bodyTimeout: 0, headersTimeout: 0 });
  const httpUrl = `http://127.0.0.1:${slack.port}`;
  const rewrite = (text: string): string => text.replaceAll(slack.ownHost, ownHost);
  const post = async (path: string, body: object, token?: string): Promise<Json> => {
    const answer = await request(`${httpUrl}${path}`, {
      method: 'POST',
      dispatcher: agent,
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
    return record(parseJson(rewrite(await answer.body.text()))) ?? {};
  };
  return {
    httpUrl,
    publicUrl: `http://${ownHost}`,
    wsUrl: `ws://127.0.0.1:${slack.port}`,
    rewrite,
    call: (method, args, token) => post(`/api/${method}`, args, token),
    act: (path, body) => post(`/_control/${path}`, body),
    agent,
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
};
