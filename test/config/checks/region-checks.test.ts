import { expect, test } from 'vitest';
import { load, minimal, tokens } from '../minimal.ts';

const config = (region: string): string =>
  minimal(`routes:\n  - { name: all, channel: C0ROUTE }\nregion: ${region}\n`);

test('a region has a name, a channel of its own, and a lease', () => {
  expect(load(config('{ name: eu-west, channel: C0REGION }'), { env: tokens }).region).toEqual({
    ...{ name: 'eu-west', channel: 'C0REGION', lease: 60_000 },
  });
});

test.each([
  [
    'C0ROUTE',
    'is the channel of route all as well: it must be a channel of its own, where nothing else is posted',
  ],
  [
    'C0123ABCD',
    'is slack.default_channel as well: it must be a channel of its own, where nothing else is posted',
  ],
])('%s is used for something else', (channel, message) => {
  expect(() => load(config(`{ name: eu-west, channel: ${channel} }`), { env: tokens })).toThrow(message);
});
