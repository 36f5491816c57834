import { expect, test } from 'vitest';
import { runSize, type SizeOptions } from '../../../src/cli/size/size.ts';
import { fakeTerminal } from '../fake-terminal.ts';

const hour = 3_600_000;
const options: SizeOptions = {
  alerts: 500 / 3_600,
  firesFor: hour,
  repeat: 4 * hour,
  channels: 5,
  eventBytes: 1_024,
  tickets: 0.1,
  rebuilds: 20,
  rebuildLasts: 72 * hour,
  kafkaKeeps: 168 * hour,
  kafkaCopies: 3,
  growth: 0.5,
};

test('says what is needed, and for what', () => {
  const terminal = fakeTerminal();
  expect(runSize(options, terminal)).toBe(0);
  expect(terminal.stdout()).toBe(
    `For 500 alerts an hour that fire for 1h and are repeated every 4h, storms of 1,000, 20 rebuilds in flight for 3d each, and 50 % to grow:

Pods   2 × all: cpu 250m, memory 256Mi, limit 768Mi
       together under 0.01 of a core as a rule, 0.012 in a storm; 141 MiB a process
Redis  6.4 GiB of memory, 13 GiB of disk for its append-only file
       2.8 GiB of records today: alerts 758 MiB, events 34 MiB, rebuilds 94 MiB, audit 2 GiB
       less with a shorter \`audit.keep\`, with a copy of all in \`audit.file\` or \`audit.topic\`
Kafka  3 partitions, 796 MiB of disk: 7d in 3 copies
Slack  a storm of 1,000 in 5 channels: the last thread after 3m 20s; a digest tells of the others meanwhile

Bodies of alerts, and how long things are kept, make the most of it: docs/sizing.md says how this is worked out, docs/performance.md what was measured.`,
  );
});

test('how long things are kept is taken from a config', () => {
  const text = `slack: { default_channel: C0123ABCD, pacing: { posts_per_second: 2 } }
http: { events_token: { env: T } }
alerts: { retention: 10d }
audit: { keep: 100d }
`;
  const [usual, own] = [fakeTerminal(), fakeTerminal({ 'x.yml': text })];
  runSize({ ...options, json: true }, usual);
  runSize({ ...options, json: true, config: 'x.yml' }, own);
  const of = (terminal: typeof usual) => JSON.parse(terminal.stdout());
  expect(of(own).keeping).toEqual({
    ...of(usual).keeping,
    alerts: 240 * hour,
    audit: 2_400 * hour,
    postsPerSecond: 2,
  });
  expect(of(own).needs.lastThread).toBe(of(usual).needs.lastThread / 2);
});

test('a config that is not valid is refused with every problem', () => {
  const terminal = fakeTerminal({ 'x.yml': 'slack: {}\nfoo: 1\n' });
  expect(() => runSize({ ...options, config: 'x.yml' }, terminal)).toThrow('foo');
});
