import { expect, test } from 'vitest';
import { redacted, withoutSecrets } from '../../../src/app/shared/redacted.ts';
import type { Http, HttpRequest } from '../../../src/integrations/http-client/call.ts';
import { sendingOnly } from '../../../src/integrations/slack/client/fetch.ts';
import { createRedactor } from '../../../src/observability/redact.ts';
import { leaks } from '../../builders/leaks.ts';

const secret = 'cAn4ry&"<key>/+ one';
const redactor = createRedactor();
redactor.registerSecret(secret);

test('what a port says of a failure is safe at any depth, and what went well stays as it is', async () => {
  const port = redacted(
    {
      name: 'x',
      bad: async () => ({ ok: false, error: `a ${secret}`, problems: [{ message: secret, line: 3 }] }),
      good: async () => ({ ok: true, value: { note: secret }, text: `taken, ${secret}` }),
      view: async () => ({ note: secret }),
      throws: async () => {
        throw new RangeError(`b ${secret}`);
      },
    },
    redactor.text,
  );
  expect(port.name).toBe('x');
  expect(await port.bad()).toEqual({
    ok: false,
    error: 'a [redacted]',
    problems: [{ message: '[redacted]', line: 3 }],
  });
  expect(await port.good()).toEqual({ ok: true, value: { note: secret }, text: 'taken, [redacted]' });
  expect(await port.view()).toEqual({ note: secret });
  await expect(port.throws()).rejects.toThrow(new RangeError('b [redacted]'));
});

test('no secret is sent in the body of a ticket, whatever it came in', async () => {
  const sent: HttpRequest[] = [];
  const inner: Http = {
    call: async (ask) => {
      sent.push(ask);
      return { kind: 'lost', error: '' };
    },
    async [Symbol.asyncDispose]() {},
  };
  const http = withoutSecrets(inner, { redactor });
  const ask = { method: 'POST', url: 'http://jira', timeoutMs: 1, maxBytes: 1 } as const;
  const login = Buffer.from(`me:${secret}`).toString('base64');
  await http.call({ ...ask, json: { summary: `it said ${secret} and ${login}`, n: 1 } });
  await http.call({ ...ask, json: { summary: 'nothing' } });
  await http.call(ask);
  expect(sent.some((each) => leaks(JSON.stringify(each), secret))).toBe(false);
  expect(sent[0]?.json).toMatchObject({ n: 1 });
  expect(sent.slice(1)).toEqual([{ ...ask, json: { summary: 'nothing' } }, ask]);
});

test('no secret is sent to Slack: not in a text, not in blocks', async () => {
  const bodies: string[] = [];
  const send = sendingOnly(redactor.known, async (_url, init = {}) => {
    bodies.push(String(init.body));
    return new Response('{"ok":true}');
  });
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const blocks = JSON.stringify([{ type: 'section', text: { type: 'mrkdwn', text: `said ${html}` } }]);
  await send('http://slack/chat.postMessage', {
    method: 'POST',
    body: new URLSearchParams({ channel: 'C1', text: `it said ${secret}`, blocks }).toString(),
  });
  const form = new URLSearchParams(bodies[0]);
  expect(form.get('text')).toBe('it said [redacted]');
  expect(JSON.parse(form.get('blocks') ?? '')).toEqual([
    { type: 'section', text: { type: 'mrkdwn', text: 'said [redacted]' } },
  ]);
});

test('an alert’s own words are not touched by what is sent on', () => {
  const words = 'Authorization: Bearer abcdef123456 was refused; see ?token=1';
  expect(redactor.known(words)).toBe(words);
});
