import { expect, test } from 'vitest';
import { load, minimal, tokens } from '../minimal.ts';

const config = (region: string): string =>
  minimal(`routes:
  - { name: all, channel: C0ROUTE }
handover:
  - { name: morning, at: '08:00', zone: UTC, channel: C0SHIFT }
policy:
  - { name: two, approvers_channel: C0APPROVE }
region: ${region}
`);

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
    'C0SHIFT',
    'is the channel of handover morning as well: it must be a channel of its own, where nothing else is posted',
  ],
  [
    'C0APPROVE',
    'is the approvers_channel of policy two as well: it must be a channel of its own, where nothing else is posted',
  ],
  [
    'C0123ABCD',
    'is slack.default_channel as well: it must be a channel of its own, where nothing else is posted',
  ],
])('%s is used for something else', (channel, message) => {
  expect(() => load(config(`{ name: eu-west, channel: ${channel} }`), { env: tokens })).toThrow(message);
});

test('the default channel of a tier is not the one of the regions', () => {
  const tiers =
    'tiers:\n  default: ops\n  list: [{ name: ops, users: [U0OPS], default_channel: C0REGION }]\n';
  expect(() => load(config('{ name: eu-west, channel: C0REGION }') + tiers, { env: tokens })).toThrow(
    'is the default_channel of tier ops as well: it must be a channel of its own, where nothing else is posted',
  );
});
