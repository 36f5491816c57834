import { createHash } from 'node:crypto';
import type { Fault } from '../../../src/integrations/gitops/fault.ts';
import type { Asked } from '../../../src/integrations/gitops/github.ts';
import type { GitCommit, Repository } from '../../../src/integrations/gitops/repository.ts';

export interface FakeRepository extends Repository {
  /** Calls so far, as `blob`, `put instances/a.yaml`. */
  readonly calls: string[];
  /** Somebody else commits; the commit's sha. */
  write(path: string, text: string, by?: { message?: string; author?: string; at?: number }): string;
  read(path: string): string;
  log(): readonly GitCommit[];
  /** The next call of that name fails; with `done`, after it did what it was asked. */
  fail(call: keyof Repository, fault: Fault, options?: { done?: boolean; always?: boolean }): void;
  heal(): void;
  /** Runs right before the next call of that name. */
  before(call: keyof Repository, act: () => void): void;
}

type Files = ReadonlyMap<string, string>;

/** A deployment repository in memory, held to the same suite as GitHub. */
export const createFakeRepository = (files: Readonly<Record<string, string>> = {}): FakeRepository => {
  const blobs = new Map<string, Uint8Array>();
  const commits: { readonly commit: GitCommit; readonly files: Files }[] = [];
  const faults = new Map<string, { fault: Fault; done: boolean; always: boolean }>();
  const acts = new Map<string, () => void>();
  const calls: string[] = [];
  const tip = () => commits.at(-1);

  const add = (path: string, bytes: Uint8Array, message: string, author: string, at: number): string => {
    const blob = hash(bytes);
    blobs.set(blob, bytes);
    const sha = hash(`${commits.length} ${path} ${message} ${blob}`);
    commits.push({
      commit: { sha, message, author, at, url: `https://github.test/acme/deployments/commit/${sha}` },
      files: new Map([...(tip()?.files ?? []), [path, blob]]),
    });
    return sha;
  };
  const atCommit = (sha: string | undefined) =>
    sha === undefined ? tip() : commits.find(({ commit }) => commit.sha === sha);
  const call = async <T>(name: string, what: string, work: () => Asked<T>): Promise<Asked<T>> => {
    calls.push(`${name} ${what}`.trim());
    const act = acts.get(name);
    acts.delete(name);
    act?.();
    const planned = faults.get(name);
    if (planned && !planned.always) faults.delete(name);
    if (!planned) return work();
    if (planned.done) work();
    return { ok: false, fault: planned.fault };
  };
  for (const [path, text] of Object.entries(files))
    add(path, bytesOf(text), `Add ${path}`, 'Grace Hopper', 0);

  return {
    calls,
    name: 'acme/deployments',
    branch: 'main',
    head: () => call('head', '', () => done(tip()?.commit.sha ?? '')),
    list: (commit, folder) =>
      call('list', folder, () => {
        const prefix = folder === '' ? '' : `${folder}/`;
        const found = [...(atCommit(commit)?.files ?? [])].filter(
          ([path]) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'),
        );
        if (found.length === 0) return done(undefined);
        return done(
          found.map(([path, sha]) => ({
            name: path.slice(prefix.length),
            sha,
            size: blobs.get(sha)?.byteLength ?? 0,
          })),
        );
      }),
    blob: (sha) => call('blob', '', () => done(blobs.get(sha) ?? new Uint8Array())),
    file: (path, commit) =>
      call('file', path, () => {
        const sha = atCommit(commit)?.files.get(path);
        return done(sha === undefined ? undefined : { sha, bytes: blobs.get(sha) ?? new Uint8Array() });
      }),
    commits: (path, atMost, until) =>
      call('commits', path, () => {
        const end =
          until === undefined ? commits.length : commits.findIndex((c) => c.commit.sha === until) + 1;
        const touching = commits
          .slice(0, end)
          .filter(({ files: now }, i) => now.get(path) !== commits[i - 1]?.files.get(path));
        return done(
          touching
            .map(({ commit }) => commit)
            .toReversed()
            .slice(0, atMost),
        );
      }),
    compare: (base, head) =>
      call('compare', '', () => {
        const [from, to] = [base, head].map((sha) => commits.findIndex((c) => c.commit.sha === sha));
        if (from === undefined || to === undefined || from < 0 || to < 0) return done('diverged');
        return done(from === to ? 'identical' : from < to ? 'ahead' : 'behind');
      }),
    put: ({ path, sha, bytes, message }) =>
      call('put', path, () => {
        if (tip()?.files.get(path) !== sha) {
          return {
            ok: false,
            fault: { kind: 'stale', says: `GitHub answered 409: ${path} does not match.` },
          };
        }
        const commit = add(path, bytes, message, 'farmhand', 0);
        return done({ commit, url: `https://github.test/acme/deployments/commit/${commit}` });
      }),
    write: (path, text, { message = `Change ${path}`, author = 'Ada Lovelace', at = 0 } = {}) =>
      add(path, bytesOf(text), message, author, at),
    read: (path) => new TextDecoder().decode(blobs.get(tip()?.files.get(path) ?? '')),
    log: () => commits.map(({ commit }) => commit).toReversed(),
    fail: (name, fault, options = {}) =>
      void faults.set(name, { fault, done: options.done ?? false, always: options.always ?? false }),
    heal: () => faults.clear(),
    before: (name, act) => void acts.set(name, act),
  };
};

const done = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const hash = (data: string | Uint8Array): string => createHash('sha1').update(data).digest('hex');
