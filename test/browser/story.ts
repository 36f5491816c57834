import type { Change } from '../../sandbox/generator/beat.ts';
import type { Fault } from '../../sandbox/generator/fault.ts';
import { httpSender } from '../../sandbox/generator/senders.ts';
import { sendingsOf } from '../../sandbox/generator/sendings.ts';
import type { World } from '../../sandbox/world/world.ts';

/** Alerts of the sandbox's company, sent when a test says so. */
export const storyOf = (world: World) => {
  const post = httpSender({ url: world.url, token: world.tokens.events });
  const tell = async (
    what: Change['what'],
    faults: readonly Fault[],
    since: number,
    atMs: number,
  ): Promise<void> => {
    const beats = faults.map((trouble) => ({ atMs, what, trouble, since }));
    for (const sending of sendingsOf(beats)) await post(sending);
  };
  return {
    /** They fire since then; ms. */
    fires: (since: number, ...faults: readonly Fault[]) => tell('fires', faults, since, since),
    /** What fires since then is over. */
    resolves: (since: number, at: number, ...faults: readonly Fault[]) => tell('resolves', faults, since, at),
  };
};
