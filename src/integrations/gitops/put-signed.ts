import type { SigningKey } from '../../config/signing/signing-key.ts';
import type { Fault } from './fault.ts';
import type { Asked, Github } from './github.ts';
import { Created, MadeCommit, ParentCommit, Ref, Tree } from './schema.ts';
import { type Signature, signCommit } from './signing/commit-object.ts';

export interface SignedPlace {
  readonly owner: string;
  readonly repo: string;
  readonly branch: string;
  readonly author: Signature;
  readonly committer: Signature;
  readonly key: SigningKey;
}

export interface FileChange {
  readonly path: string;
  /** The blob that was read. */
  readonly sha: string;
  readonly bytes: Uint8Array;
  readonly message: string;
}

/** Whoever takes longer over the parts may have slept: the branch is not moved any more. ms */
const partsWithin = 30_000;

/**
 * Commits a file that is still at the blob that was read, signed. GitHub's contents API signs nothing that is not its own,
 * so the commit is put together from its parts, and the branch is moved to it: forward only, from the commit that was
 * read, so that whatever came in between is never undone. Before that move nothing can be seen.
 * https://docs.github.com/en/rest/git/commits#create-a-commit
 */
export const putSigned = async (
  github: Github,
  { owner, repo, branch, author, committer, key }: SignedPlace,
  { path, sha, bytes, message }: FileChange,
  now: () => number,
): Promise<Asked<{ readonly commit: string; readonly url?: string }>> => {
  const place = { owner, repo };
  const began = now();
  const head = await github.ask(Ref, (rest) => rest.git.getRef({ ...place, ref: `heads/${branch}` }));
  if (!head.ok) return unseen(head.fault);
  const parent = head.value.object.sha;
  const entry = await entryAt(github, place, parent, path);
  if (!entry.ok) return unseen(entry.fault);
  if (entry.value?.sha !== sha)
    return failed({ kind: 'stale', says: `${path} changed since it was read (409).` });
  const before = await github.ask(ParentCommit, (rest) =>
    rest.git.getCommit({ ...place, commit_sha: parent }),
  );
  if (!before.ok) return unseen(before.fault);
  const blob = await github.ask(Created, (rest) =>
    rest.git.createBlob({
      ...place,
      content: Buffer.from(bytes).toString('base64'),
      encoding: 'base64',
    }),
  );
  if (!blob.ok) return unseen(blob.fault);
  const mode = entry.value.mode === '100755' ? '100755' : '100644';
  const tree = await github.ask(Created, (rest) =>
    rest.git.createTree({
      ...place,
      base_tree: before.value.tree.sha,
      tree: [{ path, mode, type: 'blob', sha: blob.value.sha }],
    }),
  );
  if (!tree.ok) return unseen(tree.fault);
  const seconds = Math.floor(now() / 1_000);
  const date = new Date(seconds * 1_000).toISOString();
  const unsigned = { tree: tree.value.sha, parent, author, committer, seconds, message };
  const made = await github.ask(MadeCommit, (rest) =>
    rest.git.createCommit({
      ...place,
      message,
      tree: tree.value.sha,
      parents: [parent],
      author: { ...author, date },
      committer: { ...committer, date },
      signature: signCommit(key, unsigned),
    }),
  );
  if (!made.ok) return unseen(made.fault);
  const reason = made.value.verification?.reason ?? 'unsigned';
  if (notTaken.has(reason)) return failed({ kind: 'refused', says: notSigned(reason) });
  if (now() - began > partsWithin) {
    return failed({ kind: 'not_sent', says: 'GitHub took too long over the parts of the commit.' });
  }
  const moved = await github.ask(Ref, (rest) =>
    rest.git.updateRef({ ...place, ref: `heads/${branch}`, sha: made.value.sha, force: false }),
  );
  if (!moved.ok) return failed(stale(moved.fault));
  const { sha: commit, html_url: url } = made.value;
  return { ok: true, value: { commit, ...(url !== undefined && { url }) } };
};

const entryAt = async (
  github: Github,
  place: { readonly owner: string; readonly repo: string },
  commit: string,
  path: string,
): Promise<Asked<Tree['tree'][number] | undefined>> => {
  let at = commit;
  const parts = path.split('/');
  for (const [depth, name] of parts.entries()) {
    const asked = await github.ask(Tree, (rest) => rest.git.getTree({ ...place, tree_sha: at }));
    if (!asked.ok) return asked;
    const isLast = depth === parts.length - 1;
    const found = asked.value.tree.find(
      (entry) => entry.path === name && entry.type === (isLast ? 'blob' : 'tree'),
    );
    if (!found || isLast) return { ok: true, value: found };
    at = found.sha;
  }
  return { ok: true, value: undefined };
};

/** GitHub has the signature not, or not as one of this commit. Whether it knows the key is for its rules to judge. */
const notTaken: ReadonlySet<string> = new Set([
  'unsigned',
  'invalid',
  'malformed_signature',
  'unknown_signature_type',
]);

const notSigned = (reason: string): string =>
  `GitHub did not take the signature (${reason}), and a commit without one is not made. Check rebuilds.repository.signing_key: GitHub documents OpenPGP keys for commits made over its API.`;

/** What fails before the branch is moved has surely changed nothing, however it failed. */
const unseen = (fault: Fault): { readonly ok: false; readonly fault: Fault } =>
  failed(fault.kind === 'lost' || fault.kind === 'broken' ? { ...fault, kind: 'not_sent' } : fault);

/** Somebody else moved the branch meanwhile. */
const stale = (fault: Fault): Fault =>
  fault.kind === 'refused' && /fast.forward/i.test(fault.says) ? { ...fault, kind: 'stale' } : fault;

const failed = (fault: Fault): { readonly ok: false; readonly fault: Fault } => ({ ok: false, fault });
