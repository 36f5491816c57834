/**
 * Loaded into farmhand with `--import`: notes when each alert's record was written, over the diagnostics channel of
 * ioredis. farmhand itself knows nothing of it. Written to PROBE_FILE at the end, one JSON line a mark.
 */
import { tracingChannel } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { wallClock } from './measure/clock.ts';

const file = process.env['PROBE_FILE'];
const marks: { series: string; what: string; at: number }[] = [];
/** A record among the arguments of a write: version, events, time, last seen, and then its id. */
const record = /^\d+\|\d+\|\w+\|(\w+)\|\["([0-9a-f]{16})-/;
const states = ['wanted', 'posting', 'open'];

interface Call {
  readonly args: readonly string[];
  found?: readonly { series: string; state: string }[];
}

const look = (call: Call): void => {
  const at = wallClock();
  call.found = call.args.flatMap((arg) => {
    const [, lastSeen = '', series] = record.exec(arg) ?? [];
    const state = states.find((name) => arg.includes(`{"state":"${name}"`));
    if (series === undefined || state === undefined) return [];
    if (state === 'wanted') marks.push({ series, what: 'received', at: Number.parseInt(lastSeen, 36) });
    marks.push({ series, what: `${state}:asked`, at });
    return [{ series, state }];
  });
};

const done = (call: Call): void => {
  const at = wallClock();
  for (const { series, state } of call.found ?? []) marks.push({ series, what: `${state}:done`, at });
};

const nothing = (): void => {};
tracingChannel<string, Call>('ioredis:command').subscribe({
  start: look,
  end: nothing,
  asyncStart: nothing,
  asyncEnd: done,
  error: nothing,
});

process.on('exit', () => {
  if (file !== undefined) writeFileSync(file, marks.map((mark) => JSON.stringify(mark)).join('\n'));
});
