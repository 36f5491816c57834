import type { Fault } from './fault.ts';
import { partsOf, type Repository } from './repository.ts';
import { isInstanceName } from './values/values.ts';

export interface InstanceFile {
  /** In the repository. */
  readonly path: string;
  readonly sha: string;
  /** Bytes. */
  readonly size: number;
}

/** The values files of the folder at one commit, by instance. */
export interface Listing {
  readonly revision: string;
  readonly files: ReadonlyMap<string, InstanceFile>;
  /** When GitHub last said that this is so; ms. */
  readonly at: number;
}

export type Listed =
  | { readonly ok: true; readonly listing: Listing; readonly stale?: Fault }
  | { readonly ok: false; readonly fault: Fault };

/** After this, what was read is not taken for the present any more, GitHub or not. */
const oldest = 24 * 3_600_000;
/** A look that failed is not repeated sooner: whoever waits for a person's answer would wait for its timeout too. */
const afterFailure = 15_000;

/**
 * The listing, looked up again when it is older than `cacheMs`: one call while the branch stands still. Callers at the
 * same time share a look. Without GitHub the last one is given, with why.
 */
export const createListing = (
  repository: Repository,
  { path, cacheMs, now }: { readonly path: string; readonly cacheMs: number; readonly now: () => number },
): (() => Promise<Listed>) => {
  const folder = partsOf(path).join('/');
  let last: Listing | undefined;
  let looking: Promise<Listed> | undefined;
  let failed: { readonly fault: Fault; readonly at: number } | undefined;

  const look = async (): Promise<Listed> => {
    const at = now();
    const head = await repository.head();
    if (!head.ok) return without(head.fault);
    if (last?.revision === head.value) {
      last = { ...last, at };
      return { ok: true, listing: last };
    }
    const files = await repository.list(head.value, folder);
    if (!files.ok) return without(files.fault);
    if (files.value === undefined) {
      const says = `There is no folder ${folder} in ${repository.name} on ${repository.branch}. Check rebuilds.repository.path.`;
      return { ok: false, fault: { kind: 'missing', says } };
    }
    const found = files.value.flatMap(({ name, sha, size }): [string, InstanceFile][] => {
      const instance = /^(.*)\.ya?ml$/.exec(name)?.[1] ?? '';
      const where = folder === '' ? name : `${folder}/${name}`;
      return isInstanceName(instance) ? [[instance, { path: where, sha, size }]] : [];
    });
    last = { revision: head.value, files: new Map(found), at };
    return { ok: true, listing: last };
  };

  const without = (fault: Fault): Listed =>
    last !== undefined && now() - last.at < oldest
      ? { ok: true, listing: last, stale: fault }
      : { ok: false, fault };

  const lookAndRemember = async (): Promise<Listed> => {
    const listed = await look();
    const fault = listed.ok ? listed.stale : listed.fault;
    failed = fault && { fault, at: now() };
    return listed;
  };

  return async () => {
    if (last !== undefined && now() - last.at < cacheMs) return { ok: true, listing: last };
    if (last !== undefined && failed !== undefined && now() - failed.at < afterFailure) {
      return without(failed.fault);
    }
    looking ??= lookAndRemember().finally(() => {
      looking = undefined;
    });
    return looking;
  };
};
