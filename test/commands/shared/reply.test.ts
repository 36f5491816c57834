import { RespondError } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { expect, test } from 'vitest';
import { type ReplyTarget, reply } from '../../../commands/shared/reply.ts';
import { createBlockForms } from '../../../src/delivery/block-forms.ts';
import type { Message } from '../../../views/blocks.ts';

const message: Message = {
  text: 'in words',
  blocks: [{ type: 'divider' }],
  rich: [{ type: 'data_table' }],
};
const forms = () => createBlockForms({ setting: () => 'auto', now: () => 0 });
const kindOf = (said: unknown): string =>
  JSON.stringify(said)
    .match(/divider|data_table/g)
    ?.join() ?? 'none';

const overUrl = (answer: (kind: string) => Response) => {
  const sent: string[] = [];
  const target: ReplyTarget = {
    client: new WebClient(),
    forms: forms(),
    respond: async (said) => {
      const kind = kindOf(said);
      sent.push(kind);
      const answered = answer(kind);
      if (!answered.ok) throw new RespondError(`status ${answered.status}`, answered.status);
      return answered;
    },
  };
  return { target, sent };
};
const refusing = (how: Response) => (kind: string) =>
  kind === 'data_table' ? how.clone() : new Response('ok');

test.each([
  ['status 400', new Response('invalid_blocks', { status: 400 })],
  ['a body that says no', Response.json({ ok: false, error: 'invalid_blocks' })],
])(
  'a response URL that refuses the newest blocks with %s is answered classic, and the next one at once',
  async (_, how) => {
    const { target, sent } = overUrl(refusing(how));
    expect(await reply(target, message)).toBe(true);
    await reply(target, message);
    expect(sent).toEqual(['data_table', 'divider', 'divider']);
  },
);

test('one that is used up is no matter of blocks', async () => {
  const { target, sent } = overUrl(() => new Response('used_url', { status: 404 }));
  await expect(reply(target, message)).rejects.toThrow('status 404');
  expect(sent).toEqual(['data_table']);
});

test('what only one person sees is sent in the form that the workspace takes', async () => {
  const sent: string[] = [];
  const client = new WebClient('xoxb-1', {
    retryConfig: { retries: 0 },
    fetch: async (_, init) => {
      const kind = kindOf(decodeURIComponent(String(init?.body)));
      sent.push(kind);
      return Response.json(kind === 'data_table' ? { ok: false, error: 'invalid_blocks' } : { ok: true });
    },
  });
  const target = { client, forms: forms(), user: 'U1', channel: 'C1' };
  await reply(target, message);
  await reply(target, message);
  expect(sent).toEqual(['data_table', 'divider', 'divider']);
});

test('where nobody has said what the workspace takes, an answer is classic', async () => {
  const { target, sent } = overUrl(() => new Response('ok'));
  const { forms: _, ...unknown } = target;
  await reply(unknown, message);
  expect(sent).toEqual(['divider']);
});
