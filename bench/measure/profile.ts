import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** µs */
  readonly timeDeltas: readonly number[];
}

/** The part a frame belongs to; a frame of Node itself, or of nobody, belongs to its caller. */
const partOf = (functionName: string, url: string): string | undefined => {
  if (functionName === '(idle)') return 'waiting';
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (/kafkajs|integrations\/kafka/.test(url)) return 'broker';
  if (/ioredis|integrations\/redis/.test(url)) return 'record';
  if (/src\/intake\/(batch|ingest)|src\/alerts\/|src\/routes\//.test(url)) return 'plan';
  if (/src\/intake\/|node_modules\/zod/.test(url)) return 'decode';
  return /src\/observability|prom-client/.test(url) ? 'metrics' : undefined;
};

/** Where one thread's time went, by part, as shares of 1; `window` is in ms from the start of the process. */
export const partsOfProfile = async (
  directory: string,
  window: { readonly from: number; readonly to: number },
): Promise<ReadonlyMap<string, number>> => {
  const [file = ''] = await readdir(directory);
  const profile = JSON.parse(await readFile(join(directory, file), 'utf8')) as CpuProfile;
  const part = partsOfNodes(profile);
  const sums = new Map<string, number>();
  let at = 0;
  let all = 0;
  for (const [i, id] of profile.samples.entries()) {
    const ms = (profile.timeDeltas[i] ?? 0) / 1000;
    at += ms;
    if (at < window.from || at > window.to) continue;
    const name = part.get(id) ?? 'other';
    sums.set(name, (sums.get(name) ?? 0) + ms);
    all += ms;
  }
  return new Map([...sums].map(([name, ms]) => [name, ms / all] as const).sort(([, a], [, b]) => b - a));
};

const partsOfNodes = ({ nodes }: CpuProfile): ReadonlyMap<number, string> => {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parts = new Map<number, string>();
  const walk = (id: number, caller: string): void => {
    const node = byId.get(id);
    if (!node) return;
    const own = partOf(node.callFrame.functionName, node.callFrame.url) ?? caller;
    parts.set(id, own);
    for (const child of node.children ?? []) walk(child, own);
  };
  if (nodes[0]) walk(nodes[0].id, 'other');
  return parts;
};
