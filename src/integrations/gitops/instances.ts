import { formatDuration } from '../../core/duration.ts';
import { nearest } from '../../core/nearest.ts';
import type { InstancesPort, ValuesProblem } from '../../rebuild/ports/ports.ts';
import type { Asked } from './github.ts';
import { createLastFarmers } from './last-farmers.ts';
import { createListing, type InstanceFile, type Listing } from './listing.ts';
import type { Repository } from './repository.ts';
import { decodeValues, maxFileBytes, tooLarge, type ValuesRead } from './values/document.ts';
import { readValues, type ValuesRules } from './values/values.ts';

export interface InstancesSettings extends ValuesRules {
  /** Folder of the values files. */
  readonly path: string;
  /** How long they are remembered, ms. */
  readonly cacheMs: number;
  readonly now?: () => number;
}

type Got = Awaited<ReturnType<InstancesPort['get']>>;

interface Known {
  readonly sha: string;
  readonly text: ValuesRead<string>;
  readonly revision: string;
}

/** The instances, as `<path>/<instance>.yaml` in the deployment repository describe them. */
export const createInstances = (repository: Repository, settings: InstancesSettings): InstancesPort => {
  const { path, cacheMs, now = Date.now } = settings;
  const list = createListing(repository, { path, cacheMs, now });
  /** By path: what a blob said, and the commit it came with. A blob never changes, so only a new sha is read. */
  const known = new Map<string, Known>();

  const knownOf = async (file: InstanceFile, listing: Listing): Promise<Asked<Known>> => {
    const had = known.get(file.path);
    if (had?.sha === file.sha) return { ok: true, value: had };
    // Of the file, not of the branch: a commit elsewhere must not make a plan look changed.
    const [bytes, commits] = await Promise.all([
      file.size > maxFileBytes ? undefined : repository.blob(file.sha),
      repository.commits(file.path, 1, listing.revision),
    ]);
    if (bytes?.ok === false) return bytes;
    if (!commits.ok) return commits;
    const text = bytes ? decodeValues(file.path, bytes.value) : problem(file.path, tooLarge(file.size));
    const value = { sha: file.sha, text, revision: commits.value[0]?.sha ?? listing.revision };
    known.set(file.path, value);
    return { ok: true, value };
  };

  const instanceIn = async (name: string, file: InstanceFile, listing: Listing): Promise<Got> => {
    const got = await knownOf(file, listing);
    if (!got.ok) return { ok: false, kind: 'unavailable', error: got.fault.says };
    const { text, revision } = got.value;
    const values = text.ok
      ? readValues({ name, file: file.path, text: text.value, revision }, settings)
      : text;
    return values.ok
      ? { ok: true, instance: values.value }
      : { ok: false, kind: 'invalid', problems: values.problems };
  };

  return {
    async names() {
      const listed = await list();
      return listed.ok
        ? { ok: true, value: [...listed.listing.files.keys()].toSorted() }
        : { ok: false, error: listed.fault.says };
    },

    async get(name) {
      const listed = await list();
      if (!listed.ok) return { ok: false, kind: 'unavailable', error: listed.fault.says };
      const { listing, stale } = listed;
      const file = listing.files.get(name);
      if (!file) return { ok: false, kind: 'unknown', near: nearestOf(name, [...listing.files.keys()]) };
      const got = await instanceIn(name, file, listing);
      if (!got.ok || stale === undefined) return got;
      const age = formatDuration(now() - listing.at);
      return {
        ...got,
        stale: `The values are ${age} old (commit ${listing.revision.slice(0, 7)}). ${stale.says}`,
      };
    },

    lastFarmers: createLastFarmers(repository, now),
  };
};

/** Up to three names that may have been meant, the nearest first. */
const nearestOf = (name: string, known: readonly string[]): readonly string[] => {
  const typed = name.slice(0, 60);
  const found: string[] = [];
  while (found.length < 3) {
    const next = nearest(
      typed,
      known.filter((candidate) => !found.includes(candidate)),
    );
    if (next === undefined) break;
    found.push(next);
  }
  return found;
};

const problem = (
  file: string,
  message: string,
): { readonly ok: false; readonly problems: readonly ValuesProblem[] } => ({
  ok: false,
  problems: [{ file, message }],
});
