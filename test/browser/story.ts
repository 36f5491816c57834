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
  const api = `${world.alertmanager.url}/api/v2`;
  return {
    /** Alertmanager lists one that farmhand has not heard of. */
    lists: async (labels: Readonly<Record<string, string>>): Promise<void> => {
      const body = JSON.stringify([{ labels, endsAt: new Date(Date.now() + 3_600_000) }]);
      const headers = { 'content-type': 'application/json' };
      await fetch(`${api}/alerts`, { method: 'POST', headers, body });
    },
    /** Those that stand in Alertmanager. */
    silences: async () =>
      (await (await fetch(`${api}/silences`)).json()) as readonly {
        readonly matchers: readonly { readonly name: string; readonly value: string }[];
      }[],
    /** They fire since then; ms. */
    fires: (since: number, ...faults: readonly Fault[]) => tell('fires', faults, since, since),
    /** What fires since then is over. */
    resolves: (since: number, at: number, ...faults: readonly Fault[]) => tell('resolves', faults, since, at),
  };
};
