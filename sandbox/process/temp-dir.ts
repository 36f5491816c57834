import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempDir extends AsyncDisposable {
  readonly path: string;
}

/** A new directory under the system's temporary one; disposal removes it with all that is in it. */
export const tempDir = async (prefix: string): Promise<TempDir> => {
  const path = await mkdtemp(join(tmpdir(), `farmhand-${prefix}-`));
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
};
