import { messageOf } from '../../../core/errors.ts';
import type { Endpoint } from './address.ts';
import { type AskOptions, askNode } from './ask.ts';
import { troubleNamed } from './redis-state.ts';
import { NotLocated } from './sentinels.ts';

/** Where a slot is, and who else can be asked another time. */
export interface SlotOwner {
  readonly at: Endpoint;
  readonly nodes: readonly Endpoint[];
}

/**
 * The primary of the slot in which all keys are: they share their braces. Nodes are asked one after another, until one
 * answers.
 * @throws NotLocated
 */
export const askCluster = async (
  seeds: readonly Endpoint[],
  options: AskOptions,
  key: string,
): Promise<SlotOwner> => {
  let met: string | undefined;
  for (const seed of seeds) {
    try {
      const [slot, slots] = await askNode(seed, options, (node) =>
        Promise.all([node.cluster('KEYSLOT', key), node.call('CLUSTER', 'SLOTS')]),
      );
      const owner = ownerOf(slots, Number(slot), seed);
      if (owner) return owner;
      throw new NotLocated(troubleNamed('cluster_down'), `slot ${slot} is served by no node`);
    } catch (error) {
      if (error instanceof NotLocated) throw error;
      met = messageOf(error);
    }
  }
  throw new NotLocated(troubleNamed('cluster_away'), met);
};

/** Pure: reads an answer to CLUSTER SLOTS. A node that names no host is the one that was asked, by its host. */
export const ownerOf = (slots: unknown, slot: number, asked: Endpoint): SlotOwner | undefined => {
  const ranges = rows(slots).map(([first, last, ...nodes]) => ({
    holds: Number(first) <= slot && slot <= Number(last),
    nodes: rows(nodes).map(([host, port]) => ({
      host: typeof host === 'string' && host !== '' && host !== '?' ? host : asked.host,
      port: Number(port),
    })),
  }));
  const at = ranges.find(({ holds }) => holds)?.nodes[0];
  return at && { at, nodes: ranges.flatMap(({ nodes }) => nodes) };
};

const rows = (value: unknown): readonly (readonly unknown[])[] =>
  Array.isArray(value) ? value.filter((row) => Array.isArray(row)) : [];
