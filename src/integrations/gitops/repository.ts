import type { SigningKey } from '../../config/signing/signing-key.ts';
import type { Http } from '../http-client/call.ts';
import type { Fault } from './fault.ts';
import { type Asked, createGithub, type GithubSettings } from './github.ts';
import { type FileChange, putSigned } from './put-signed.ts';
import { Blob, Commits, Comparison, Contents, Ref, Tree, WrittenFile } from './schema.ts';
import type { Signature } from './signing/commit-object.ts';

export interface RepositorySettings extends GithubSettings {
  /** `owner/name` */
  readonly repo: string;
  readonly branch: string;
  readonly author: Signature;
  /** Default: the author. */
  readonly committer?: Signature;
  /** Commits are signed with it. */
  readonly signingKey?: () => SigningKey | undefined;
}

export interface TreeFile {
  /** Without the folder. */
  readonly name: string;
  readonly sha: string;
  /** Bytes. */
  readonly size: number;
}

export interface GitCommit {
  readonly sha: string;
  readonly url?: string;
  readonly message: string;
  readonly author: string;
  /** ms; 0 where GitHub says none. */
  readonly at: number;
}

/** The deployment repository, one branch of it, through GitHub's API. Nothing is ever asked twice by itself. */
export interface Repository {
  /** `owner/name` */
  readonly name: string;
  readonly branch: string;
  /** The commit that the branch is at. */
  head(): Promise<Asked<string>>;
  /** The files of a folder at a commit; undefined where there is no such folder. */
  list(commit: string, folder: string): Promise<Asked<readonly TreeFile[] | undefined>>;
  blob(sha: string): Promise<Asked<Uint8Array>>;
  /** A file at a commit, or at the tip of the branch; undefined where there is none. */
  file(
    path: string,
    commit?: string,
  ): Promise<Asked<{ readonly sha: string; readonly bytes: Uint8Array } | undefined>>;
  /** Commits that changed this file, newest first, up to the commit `until` or the tip of the branch. */
  commits(path: string, atMost: number, until?: string): Promise<Asked<readonly GitCommit[]>>;
  /** How `head` lies to `base`: `ahead` means that `base` is part of its history. */
  compare(base: string, head: string): Promise<Asked<'identical' | 'ahead' | 'behind' | 'diverged'>>;
  /** Commits a file that is still at the blob `sha`; a fault of `stale` where it is not. */
  put(change: FileChange): Promise<Asked<{ readonly commit: string; readonly url?: string }>>;
}

export const openRepository = (
  settings: RepositorySettings,
  { http, now }: { readonly http: Http; readonly now: () => number },
): Repository => {
  const github = createGithub(settings, http, now);
  const [owner = '', repo = ''] = settings.repo.split('/');
  const place = { owner, repo };
  const { branch } = settings;

  const tree = (sha: string): Promise<Asked<Tree>> =>
    github.ask(Tree, (rest) => rest.git.getTree({ ...place, tree_sha: sha }));

  return {
    name: settings.repo,
    branch,

    async head() {
      const asked = await github.ask(Ref, (rest) => rest.git.getRef({ ...place, ref: `heads/${branch}` }));
      return asked.ok ? done(asked.value.object.sha) : asked;
    },

    // Folder by folder, not `contents`: that ends at a thousand files without a word.
    async list(commit, folder) {
      let asked = await tree(commit);
      for (const name of partsOf(folder)) {
        if (!asked.ok) return asked;
        const below = asked.value.tree.find((entry) => entry.path === name && entry.type === 'tree');
        if (!below) return done(undefined);
        asked = await tree(below.sha);
      }
      if (!asked.ok) return asked;
      if (asked.value.truncated)
        return failed({ kind: 'refused', says: `The folder ${folder} is too large.` });
      const files = asked.value.tree.filter(({ type }) => type === 'blob');
      return done(files.map(({ path, sha, size }) => ({ name: path, sha, size: size ?? 0 })));
    },

    async blob(sha) {
      const asked = await github.ask(Blob, (rest) => rest.git.getBlob({ ...place, file_sha: sha }));
      return asked.ok ? done(Buffer.from(asked.value.content, 'base64')) : asked;
    },

    async file(path, commit) {
      const asked = await github.ask(Contents, (rest) =>
        rest.repos.getContent({ ...place, path, ref: commit ?? branch }),
      );
      if (!asked.ok) return asked.fault.kind === 'missing' ? done(undefined) : asked;
      if (asked.value === 'no file') {
        return failed({ kind: 'refused', says: `${path} in ${settings.repo} is not a file.` });
      }
      if (asked.value === 'too large') {
        return failed({
          kind: 'refused',
          says: `${path} in ${settings.repo} is larger than GitHub hands out (1 MB).`,
        });
      }
      return done({ sha: asked.value.sha, bytes: Buffer.from(asked.value.content, 'base64') });
    },

    async commits(path, atMost, until) {
      const asked = await github.ask(Commits, (rest) =>
        rest.repos.listCommits({ ...place, sha: until ?? branch, path, per_page: Math.min(atMost, 100) }),
      );
      return asked.ok ? done(asked.value.map(commitOf)) : asked;
    },

    async compare(base, head) {
      const asked = await github.ask(Comparison, (rest) =>
        rest.repos.compareCommitsWithBasehead({ ...place, basehead: `${base}...${head}`, per_page: 1 }),
      );
      return asked.ok ? done(asked.value.status) : asked;
    },

    async put(change) {
      const { path, sha, bytes, message } = change;
      const { author, committer = author, signingKey } = settings;
      const key = signingKey?.();
      if (key) return putSigned(github, { ...place, branch, author, committer, key }, change, now);
      const asked = await github.ask(WrittenFile, (rest) =>
        rest.repos.createOrUpdateFileContents({
          ...place,
          path,
          branch,
          sha,
          message,
          content: Buffer.from(bytes).toString('base64'),
          author: { ...author },
          committer: { ...committer },
        }),
      );
      if (!asked.ok) return asked;
      const { sha: commit, html_url: url } = asked.value.commit;
      return done({ commit, ...(url !== undefined && { url }) });
    },
  };
};

const done = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
const failed = (fault: Fault): { readonly ok: false; readonly fault: Fault } => ({ ok: false, fault });

export const partsOf = (folder: string): readonly string[] =>
  folder.split('/').filter((part) => part !== '' && part !== '.');

const commitOf = ({ sha, html_url, commit }: Commits[number]): GitCommit => {
  const at = Date.parse(commit.author?.date ?? '');
  return {
    sha,
    message: commit.message,
    author: commit.author?.name ?? 'somebody',
    at: Number.isNaN(at) ? 0 : at,
    ...(html_url !== undefined && { url: html_url }),
  };
};

/** How people say a commit. */
export const short = (sha: string): string => (/^[0-9a-f]{40,}$/.test(sha) ? sha.slice(0, 7) : sha);
