import { appendFileSync, readFileSync } from 'node:fs';
import type { World } from '../../sandbox/world/world.ts';

export interface Doomed extends AsyncDisposable {
  /** Where it was killed, oldest first. */
  deaths(): readonly string[];
  /** What it said when it ended without having been killed: it is not started again then. */
  readonly surprises: readonly string[];
  /** From now on it may live. */
  spare(): void;
  tail(): string;
}

/** A farmhand that is killed (−9) again and again, by `rebuild-crashes.ts`, and started again at once. */
export const superviseDoomed = async (
  world: World,
  spec: NonNullable<Parameters<World['start']>[0]>,
  log: string,
): Promise<Doomed> => {
  const lines = (): readonly string[] =>
    readFileSync(log, { encoding: 'utf8', flag: 'a+' }).split('\n').filter(Boolean);
  const deaths = (): readonly string[] =>
    lines().flatMap((line) => (line.startsWith('KILLED ') ? [line.slice('KILLED '.length)] : []));
  const surprises: string[] = [];
  let stopped = false;
  let spared = false;
  let current: Awaited<ReturnType<World['start']>> | undefined;
  const keep = async (): Promise<void> => {
    while (!stopped) {
      const before = deaths().length;
      let said = '';
      try {
        current = await world.start(spec);
        if (stopped) await current.kill();
        await current.exited;
        said = current.tail(15).join('\n');
      } catch (error) {
        // It may die before it was ready, or find its port taken for a moment by a connection of somebody else.
        said = String(error);
        if (/EADDRINUSE/.test(said)) continue;
      }
      if (!stopped && deaths().length === before) surprises.push(said);
      if (surprises.length > 0) return;
    }
  };
  const kept = keep();
  return {
    deaths,
    surprises,
    spare: () => {
      if (!spared) appendFileSync(log, 'ENOUGH\n');
      spared = true;
    },
    tail: () => current?.tail(30).join('\n') ?? '',
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      await current?.kill();
      await kept;
    },
  };
};
