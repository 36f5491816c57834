import { ConfigError, messageOf, type Problem } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import { planReload, type Reload, unmetNeeds } from './reload.ts';
import type { Config } from './schema/schema.ts';

export interface ConfigWatchOptions {
  /** The config in force when watching begins. */
  readonly config: Config;
  /** The text of the config file; throws while it cannot be read. */
  readonly readText: () => string;
  /** Loads the config again. @throws ConfigError */
  readonly load: () => Config;
  /** The file says something else, and it is valid. `needsRestart` parts are not in `reload.config`. */
  readonly onReload: (reload: Reload) => void;
  /** The file has problems: nothing was applied. Said once for each text, not at every look. */
  readonly onRefused: (problems: readonly Problem[]) => void;
  /** Calls `look` every few seconds; returns how to stop. */
  readonly every: (look: () => void) => () => void;
}

export interface ConfigWatch extends Disposable {
  /** The config in force. */
  current(): Config;
  /** Looks at the file now. `force` loads it even if its text is the same (SIGHUP: secrets may have changed). */
  look(force?: boolean): void;
}

/**
 * Follows the config file by the hash of its content. Kubernetes swaps a mounted ConfigMap by renaming a symlink two
 * levels up, which file system events miss or tell many times; content does not lie.
 */
export const watchConfig = (options: ConfigWatchOptions): ConfigWatch => {
  let running = options.config;
  // Nothing seen yet: the first look compares, in case the file changed after `config` was loaded from it.
  let seen: string | undefined;
  const look = (force = false): void => {
    const now = hashOf(options.readText);
    if (now === seen && !force) return;
    seen = now;
    let next: Config;
    try {
      next = options.load();
    } catch (error) {
      options.onRefused(problemsOf(error));
      return;
    }
    const reload = planReload(running, next);
    const unmet = unmetNeeds(reload.config);
    if (unmet.length > 0) {
      options.onRefused(unmet);
      return;
    }
    running = reload.config;
    if (reload.applied.length > 0 || reload.needsRestart.length > 0) options.onReload(reload);
  };
  const stop = options.every(() => look());
  return { current: () => running, look, [Symbol.dispose]: stop };
};

/** `every` for real time. Does not keep the process alive. */
export const everyMs = (ms: number) => (look: () => void) => {
  const timer = setInterval(look, ms).unref();
  return () => clearInterval(timer);
};

const hashOf = (readText: () => string): string => {
  try {
    return sha256(readText());
  } catch {
    return 'unreadable';
  }
};

/** Whatever goes wrong with a new file, the old one stays in force. */
const problemsOf = (error: unknown): readonly Problem[] =>
  error instanceof ConfigError ? error.problems : [{ path: 'config', message: messageOf(error) }];
