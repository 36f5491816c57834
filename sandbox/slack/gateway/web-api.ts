import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { type Args, readArgs, text } from '../args.ts';
import { refuse } from '../blocks/checks.ts';
import { type Box, channelId } from '../box.ts';
import type { FaultEffect } from '../control/faults.ts';
import { summary } from '../journal.ts';
import { json, passOn, type Reply, readBody, send } from './http.ts';
import { methods } from './methods.ts';

/** A Web API call: faults, token, limits, checks, and then it is done here or by the local Slack. */
export const serveApi = async (
  box: Box,
  method: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const at = Date.now();
  const url = new URL(request.url ?? '/', 'http://gateway');
  const contentType = request.headers['content-type'] ?? '';
  const body = await readBody(request);
  const args = readArgs(contentType, url.searchParams, body.toString('utf8'));
  const channel = channelId(box, text(args['channel']));
  const effect = box.faults.take(method, channel, JSON.stringify(args));
  const token = tokenOf(request, args);
  const reply = await underFault(effect, () => answer(box, method, channel, token, args, { request, body }));
  box.journal.add({
    method,
    ...summary(args),
    ...made(reply),
    at,
    ms: Date.now() - at,
    outcome: effect ? `fault:${effect.kind}` : outcomeOf(reply),
  });
  send(response, token === box.seed.bot.botToken ? withScopes(box, reply) : reply);
};

const ofManifest: readonly string[] = parse(
  readFileSync(new URL('../../../manifest.yml', import.meta.url), 'utf8'),
).oauth_config.scopes.bot;

/** As Slack says with every answer what the token may do. */
const withScopes = (box: Box, reply: Reply): Reply => {
  if (reply.kind !== 'answer') return reply;
  const scopes = (box.seed.bot.scopes ?? ofManifest).join(',');
  return { ...reply, headers: { ...reply.headers, 'x-oauth-scopes': scopes } };
};

const tokenOf = (request: IncomingMessage, args: Args): string => {
  const header = request.headers.authorization ?? '';
  return header.startsWith('Bearer ') ? header.slice(7) : text(args['token']);
};

const answer = async (
  box: Box,
  method: string,
  channel: string,
  token: string,
  args: Args,
  raw: { readonly request: IncomingMessage; readonly body: Buffer },
): Promise<Reply> => {
  const unauthorised = refuseToken(box, method, token);
  if (unauthorised !== undefined) return json({ ok: false, error: unauthorised });
  const wait = box.pacer.take(method, channel, Date.now());
  if (wait > 0) return rateLimited(wait);
  const refusal = refuse(method, args);
  if (refusal) {
    return json({
      ok: false,
      error: refusal.error,
      ...(refusal.messages && { response_metadata: { messages: refusal.messages } }),
    });
  }
  const own = methods[method];
  return own ? json(await own(box, { ...args, channel }, token)) : passOn(box.inner, raw.request, raw.body);
};

const refuseToken = (box: Box, method: string, token: string): string | undefined => {
  const { botToken, appToken } = box.seed.bot;
  if (token === '') return 'not_authed';
  if (box.revoked.has(token)) return 'token_revoked';
  if (token !== botToken && token !== appToken) return 'invalid_auth';
  const wanted = method === 'apps.connections.open' ? appToken : botToken;
  return token === wanted || method === 'auth.test' ? undefined : 'not_allowed_token_type';
};

const rateLimited = (seconds: number): Reply => ({
  kind: 'answer',
  status: 429,
  headers: { 'content-type': 'application/json; charset=utf-8', 'retry-after': String(seconds) },
  body: JSON.stringify({ ok: false, error: 'ratelimited' }),
});

const page: Reply = {
  kind: 'answer',
  status: 503,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: '<!DOCTYPE html><html><head><title>Server Error</title></head><body><h1>Something went wrong</h1></body></html>',
};

/** Runs `act` as the fault lets it. Whatever was done stays done, also when nobody hears of it. */
export const underFault = async (
  effect: FaultEffect | undefined,
  act: () => Promise<Reply>,
): Promise<Reply> => {
  if (!effect) return act();
  if ('forward' in effect && effect.forward) await act();
  switch (effect.kind) {
    case 'accept_then_drop':
      await act();
      return { kind: 'drop' };
    case 'drop_before':
      return { kind: 'drop' };
    case 'hang':
      return { kind: 'hang' };
    case 'delay': {
      await sleep(effect.before_ms);
      const reply = await act();
      await sleep(effect.after_ms);
      return reply;
    }
    case 'status':
      return { ...json({}), status: effect.status };
    case 'html':
      return { ...page, status: effect.status };
    case 'error':
      return json({ ok: false, error: effect.error });
    case 'rate_limited':
      return rateLimited(effect.retry_after_s);
    default:
      return effect satisfies never;
  }
};

const outcomeOf = (reply: Reply): string => {
  if (reply.kind !== 'answer') return reply.kind;
  if (reply.status === 429) return 'rate_limited';
  const { json: value } = reply;
  if (value === undefined) return reply.status === 200 ? 'ok' : `status:${reply.status}`;
  return value['ok'] === true ? 'ok' : `error:${text(value['error'])}`;
};

/** The message that a post made. */
const made = (reply: Reply): { ts?: string } => {
  const ts = reply.kind === 'answer' ? reply.json?.['ts'] : undefined;
  return typeof ts === 'string' ? { ts } : {};
};
