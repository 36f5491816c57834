import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { alertIn } from '../../bench/load/alert-in.ts';
import { createSlackClient } from '../../src/integrations/slack/client/client.ts';
import { createPosts } from '../../src/integrations/slack/posts.ts';
import { keptLog } from '../integrations/slack/world.ts';

test('the stub of the benchmark knows a root by what farmhand really sends, and nothing else', async () => {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(await text(request));
    response.end(JSON.stringify({ ok: true, channel: 'C0', ts: '1.1' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const apiUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/api/`;
  await using client = createSlackClient({ botToken: 'xoxb-test', apiUrl, log: keptLog() });
  const { post } = createPosts({
    web: client.web,
    call: client.call,
    identity: () => Promise.reject(new Error('nobody asks')),
  });
  const id = '689b55798b76c552-mhxk2v0o';
  const told = [{ state: 'firing', by: { id: 'U1' } }];
  await post('C0', { kind: 'alert', id }, { text: 'firing', blocks: [] }, { told });
  await post('C0', { kind: 'note', id: `${id}#1` }, { text: 'resolved', blocks: [] }, { threadTs: '1.1' });
  server.close();
  expect(bodies.map(alertIn)).toEqual([id, undefined]);
});
