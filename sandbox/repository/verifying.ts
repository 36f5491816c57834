import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';

/** What GitHub says of a signature: `valid`, `invalid`, `unsigned` … */
type Reason = string;

export interface VerifyingGithub extends AsyncDisposable {
  readonly apiUrl: string;
  /** Every call that came, as `METHOD /path`. */
  readonly calls: readonly string[];
  /** How the commits that were made here were signed, by sha. */
  readonly reasons: ReadonlyMap<string, Reason>;
  /** Called before a call is passed on; what it answers is answered instead. */
  before?:
    | ((call: string) => Promise<{ readonly status: number; readonly body?: unknown } | 'drop' | undefined>)
    | undefined;
}

interface MadeCommit {
  readonly message: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: { readonly name: string; readonly email: string; readonly date: string };
  readonly committer: { readonly name: string; readonly email: string; readonly date: string };
  readonly signature?: string;
}

/**
 * Stands before the emulator, which takes no signatures, and verifies those of commits as GitHub does: it puts the commit
 * together from what was sent, and asks git itself. `allowed`: lines of an allowed-signers file of SSH.
 */
export const startVerifyingGithub = async (emulator: string, allowed: string): Promise<VerifyingGithub> => {
  const folder = mkdtempSync(join(tmpdir(), 'farmhand-verify-'));
  writeFileSync(join(folder, 'allowed'), allowed);
  git(folder, ['init', '-q', '-b', 'main', '.']);
  const calls: string[] = [];
  const reasons = new Map<string, Reason>();
  const own: VerifyingGithub = { apiUrl: '', calls, reasons, [Symbol.asyncDispose]: async () => undefined };
  const server = createServer({ keepAliveTimeout: 65_000 }, async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const call = `${incoming.method} ${incoming.url}`;
    calls.push(call);
    const instead = await own.before?.(call);
    if (instead === 'drop') {
      response.destroy();
      return;
    }
    if (instead) {
      response.writeHead(instead.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(instead.body ?? {}));
      return;
    }
    const {
      host: _,
      connection: __,
      'content-length': ___,
      'transfer-encoding': ____,
      ...headers
    } = incoming.headers;
    const answer = await request(`${emulator}${incoming.url}`, {
      method: (incoming.method ?? 'GET') as 'GET',
      headers: headers as Record<string, string>,
      ...(body.length > 0 && { body }),
    });
    const text = await answer.body.text();
    const isCommit =
      incoming.method === 'POST' && incoming.url?.endsWith('/git/commits') && answer.statusCode === 201;
    response.writeHead(answer.statusCode, { 'content-type': 'application/json' });
    if (!isCommit) {
      response.end(text);
      return;
    }
    const reason = verify(folder, JSON.parse(body.toString()));
    const made = JSON.parse(text);
    reasons.set(made.sha, reason);
    response.end(JSON.stringify({ ...made, verification: { verified: reason === 'valid', reason } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(own, {
    apiUrl: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(folder, { recursive: true, force: true });
    },
  });
};

const verify = (folder: string, made: MadeCommit): Reason => {
  if (made.signature === undefined) return 'unsigned';
  const who = ({ name, email, date }: MadeCommit['author']) =>
    `${name} <${email}> ${Date.parse(date) / 1_000} +0000`;
  const object = [
    `tree ${made.tree}`,
    ...made.parents.map((parent) => `parent ${parent}`),
    `author ${who(made.author)}`,
    `committer ${who(made.committer)}`,
    `gpgsig ${made.signature.trimEnd().split('\n').join('\n ')}`,
    '',
    made.message,
  ].join('\n');
  const sha = git(folder, ['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'], object).trim();
  try {
    git(folder, ['-c', 'gpg.ssh.allowedSignersFile=allowed', 'verify-commit', sha]);
    return 'valid';
  } catch {
    return 'invalid';
  }
};

const git = (folder: string, args: readonly string[], input?: string): string =>
  execFileSync('git', [...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
    ...(input !== undefined && { input }),
  });
