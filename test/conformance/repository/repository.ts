import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Repository } from '../../../src/integrations/gitops/repository.ts';

export interface RepositoryUnderTest extends AsyncDisposable {
  readonly repository: Repository;
  /** Commits `text` as somebody else; the commit's sha. */
  write(path: string, text: string, message: string): Promise<string>;
  /** As the repository's author of commits is called. */
  readonly author: string;
}

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const bytes = (words: string): Uint8Array => new TextEncoder().encode(words);

/** What farmhand relies on of a deployment repository: the emulator, GitHub itself and the one in memory alike. */
export const repositoriesConform = (start: () => Promise<RepositoryUnderTest>): void => {
  let under: RepositoryUnderTest;
  // A real repository is not emptied for us: each run has a folder of its own.
  const folder = `conformance/${Date.now().toString(36)}`;
  const file = `${folder}/system6.yaml`;
  const value = async <T>(
    asked: Promise<{ ok: true; value: T } | { ok: false; fault: { says: string } }>,
  ) => {
    const answer = await asked;
    if (!answer.ok) throw new Error(answer.fault.says);
    return answer.value;
  };
  let first = '';
  beforeAll(async () => {
    under = await start();
    first = await under.write(file, 'farmer: { replicas: 0 } # €\n', 'Add system6');
  });
  afterAll(() => under[Symbol.asyncDispose]());

  test('the tip, a folder, a blob and a file are read as they were committed', async () => {
    const { repository } = under;
    expect(await value(repository.head())).toBe(first);
    const files = await value(repository.list(first, folder));
    expect(files).toEqual([{ name: 'system6.yaml', sha: expect.stringMatching(/^[0-9a-f]{40}$/), size: 30 }]);
    const sha = files?.[0]?.sha ?? '';
    expect(text(await value(repository.blob(sha)))).toBe('farmer: { replicas: 0 } # €\n');
    const read = await value(repository.file(file));
    expect({ sha: read?.sha, text: text(read?.bytes) }).toEqual({
      sha,
      text: 'farmer: { replicas: 0 } # €\n',
    });
  });

  test('what is not there is undefined, not an error', async () => {
    const { repository } = under;
    expect(await value(repository.file(`${folder}/nothing.yaml`))).toBeUndefined();
    expect(await value(repository.list(first, `${folder}/nothing`))).toBeUndefined();
  });

  test('a file is written once for the blob that was read, and refused as stale from then on', async () => {
    const { repository, author } = under;
    const before = await value(repository.file(file));
    const change = {
      path: file,
      sha: before?.sha ?? '',
      bytes: bytes('farmer: { replicas: 24 } # €\n'),
      message: 'system6: farmers 0 → 24 (rebuild system6-20261120-1)\n\nFarmhand-Change: a/b/1',
    };
    const written = await value(repository.put(change));
    expect(text((await value(repository.file(file)))?.bytes)).toBe('farmer: { replicas: 24 } # €\n');
    expect(await value(repository.head())).toBe(written.commit);

    const again = await repository.put({ ...change, bytes: bytes('farmer: { replicas: 25 }\n') });
    expect(again).toEqual({ ok: false, fault: { kind: 'stale', says: expect.stringContaining('409') } });

    const [newest, oldest, ...rest] = await value(repository.commits(file, 10));
    expect(rest).toEqual([]);
    expect([newest?.sha, newest?.message, newest?.author]).toEqual([written.commit, change.message, author]);
    expect([oldest?.sha, oldest?.message]).toEqual([first, 'Add system6']);
    expect(await value(repository.commits(file, 1))).toEqual([newest]);
    expect(await value(repository.commits(file, 10, first))).toEqual([oldest]);
    expect(text((await value(repository.file(file, first)))?.bytes)).toBe('farmer: { replicas: 0 } # €\n');
  });

  test('two commits are told apart by which comes first', async () => {
    const { repository } = under;
    const later = await under.write(`${folder}/other.yaml`, 'a: 1\n', 'Something else');
    expect(await value(repository.compare(first, later))).toBe('ahead');
    expect(await value(repository.compare(later, first))).toBe('behind');
    expect(await value(repository.compare(later, later))).toBe('identical');
  });
};
