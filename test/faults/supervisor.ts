import type { ManagedProcess } from '../../sandbox/process/process.ts';
import type { World } from '../../sandbox/world/world.ts';

export interface Supervised extends AsyncDisposable {
  /** How often it died and was started again. */
  readonly deaths: number;
  /** What it said last. */
  tail(): string;
}

/** Starts farmhand again whenever it died, as Kubernetes does, only at once. */
export const supervise = async (
  world: World,
  spec: NonNullable<Parameters<World['start']>[0]>,
): Promise<Supervised> => {
  let deaths = 0;
  let stopped = false;
  let current: ManagedProcess = await world.start(spec);
  const keep = async (): Promise<void> => {
    for (;;) {
      await current.exited;
      if (stopped) return;
      deaths++;
      current = await startAgain(world, spec);
      if (stopped) await current.kill();
    }
  };
  const kept = keep();
  return {
    get deaths() {
      return deaths;
    },
    tail: () => current.tail(30).join('\n'),
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      await current.kill();
      await kept;
    },
  };
};

/** Its port may have been taken for a moment by a connection of somebody else. */
const startAgain = async (
  world: World,
  spec: NonNullable<Parameters<World['start']>[0]>,
): Promise<ManagedProcess> => {
  for (let tries = 1; ; tries++) {
    try {
      return await world.start(spec);
    } catch (error) {
      if (tries === 5 || !/EADDRINUSE/.test(String(error))) throw error;
    }
  }
};
