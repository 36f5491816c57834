import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseJson, record } from '../args.ts';
import { refuse } from '../blocks/checks.ts';
import type { Box } from '../box.ts';
import { summary } from '../journal.ts';
import { json, passOn, type Reply, readBody, send } from './http.ts';
import { underFault } from './web-api.ts';

const mostUses = 5;

/** A post to a response URL: five times each, and to the person alone unless it says `in_channel`. */
export const serveResponseUrl = async (
  box: Box,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const at = Date.now();
  const path = request.url ?? '';
  const args = record(parseJson((await readBody(request)).toString('utf8'))) ?? {};
  const effect = box.faults.take('response_url', '', JSON.stringify(args));
  const reply = await underFault(effect, async (): Promise<Reply> => {
    const uses = (box.responseUrls.get(path) ?? 0) + 1;
    box.responseUrls.set(path, uses);
    if (uses > mostUses) return json({ ok: false, error: 'used_url' }, 404);
    const refusal = args['blocks'] === undefined ? undefined : refuse('chat.postEphemeral', args);
    if (refusal) return json({ ok: false, error: refusal.error }, 400);
    const replaces = args['replace_original'] === true || args['delete_original'] === true;
    const whole = replaces ? args : { response_type: 'ephemeral', ...args };
    return passOn(box.inner, request, Buffer.from(JSON.stringify(whole)));
  });
  const outcome =
    reply.kind === 'answer' ? (reply.status === 200 ? 'ok' : `status:${reply.status}`) : reply.kind;
  box.journal.add({
    method: 'response_url',
    ...summary(args),
    at,
    ms: Date.now() - at,
    outcome: effect ? `fault:${effect.kind}` : outcome,
  });
  send(response, reply);
};
