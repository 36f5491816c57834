/**
 * Loaded into farmhand with `--import`: how much of the processor each turn of its event loop took, whatever else wanted
 * the core meanwhile. Turns of 2 ms and more are written to TURNS_FILE at the end, one JSON line each.
 */
import { writeFileSync } from 'node:fs';
import { wallClock } from './clock.ts';

export interface LoopTurn {
  /** Wall clock, ms. */
  readonly at: number;
  /** Processor of the main thread, ms. */
  readonly cpu: number;
}

const file = process.env['TURNS_FILE'];
const worth = 2;
const turns: LoopTurn[] = [];
let before = process.threadCpuUsage();
// Once a turn of the loop, where there are that many.
const next = (): void => void setTimeout(look, 1).unref();
const look = (): void => {
  const { user, system } = process.threadCpuUsage();
  const cpu = (user + system - before.user - before.system) / 1000;
  if (cpu >= worth) turns.push({ at: wallClock(), cpu });
  before = { user, system };
  next();
};
next();

process.on('exit', () => {
  if (file !== undefined) writeFileSync(file, turns.map((turn) => JSON.stringify(turn)).join('\n'));
});
