/** What people and tests do to the deployment repository, past farmhand. */
export interface RepositoryClient {
  /** The commit that the branch is at. */
  head(): Promise<string>;
  /** Newest first; of one file where `path` is given. */
  commits(path?: string): Promise<readonly SandboxCommit[]>;
  /** A file's text, at a commit or at the tip. */
  read(path: string, commit?: string): Promise<string>;
  /** Commits a new text; the commit's sha. */
  write(path: string, text: string, by: CommitBy): Promise<string>;
  /** From now on (or no longer) nobody may push to the branch. */
  protect(on: boolean): Promise<void>;
}

export interface SandboxCommit {
  readonly sha: string;
  readonly message: string;
  readonly author: string;
}

export interface CommitBy {
  readonly message: string;
  /** Default `Ada Lovelace`. */
  readonly author?: string;
  /** ms since the epoch; default: now. */
  readonly at?: number;
}

export const createRepositoryClient = (place: {
  readonly apiUrl: string;
  readonly repo: string;
  readonly branch: string;
  readonly token: string;
}): RepositoryClient => {
  const { apiUrl, repo, branch, token } = place;
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${apiUrl}/repos/${repo}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 200)}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const file = (path: string, commit: string): Promise<unknown> =>
    call('GET', `/contents/${encodeURI(path)}?ref=${encodeURIComponent(commit)}`);

  return {
    head: async () => textAt(await call('GET', `/git/ref/heads/${branch}`), 'object', 'sha'),
    async commits(path) {
      const only = path === undefined ? '' : `&path=${encodeURIComponent(path)}`;
      const found = await call('GET', `/commits?per_page=100&sha=${encodeURIComponent(branch)}${only}`);
      if (!Array.isArray(found)) throw new Error('GitHub gave no list of commits');
      return found.map((commit) => ({
        sha: textAt(commit, 'sha'),
        message: textAt(commit, 'commit', 'message'),
        author: textAt(commit, 'commit', 'author', 'name'),
      }));
    },
    read: async (path, commit = branch) =>
      Buffer.from(textAt(await file(path, commit), 'content'), 'base64').toString('utf8'),
    async write(path, text, { message, author = 'Ada Lovelace', at }) {
      const email = `${author.toLowerCase().replaceAll(' ', '.')}@example.com`;
      const person = { name: author, email, ...(at !== undefined && { date: new Date(at).toISOString() }) };
      const sha = await file(path, branch).then(
        (found) => textAt(found, 'sha'),
        () => undefined,
      );
      const content = Buffer.from(text, 'utf8').toString('base64');
      const body = { message, content, branch, author: person, committer: person, ...(sha && { sha }) };
      return textAt(await call('PUT', `/contents/${encodeURI(path)}`, body), 'commit', 'sha');
    },
    async protect(on) {
      const rules = {
        required_pull_request_reviews: { required_approving_review_count: 1 },
        required_status_checks: null,
        enforce_admins: true,
        restrictions: null,
      };
      await call(on ? 'PUT' : 'DELETE', `/branches/${branch}/protection`, on ? rules : undefined);
    },
  };
};

const textAt = (value: unknown, ...path: readonly string[]): string => {
  const found = path.reduce<unknown>(
    (part, key) => (typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined),
    value,
  );
  if (typeof found !== 'string') throw new Error(`GitHub's answer has no ${path.join('.')}`);
  return found;
};
