import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema/schema.ts';
import { ConfigError, type Problem } from '../../src/core/errors.ts';

export const tokens = {
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_APP_TOKEN: 'xapp-1',
  FARMHAND_EVENTS_TOKEN: 'ev-1-of-these-tests',
};

/** The smallest config there is, with `more` after it. */
export const minimal = (more = ''): string => `slack:\n  default_channel: C0123ABCD\n${more}`;

/** Loads `text` as `farmhand.yml`, with `files` beside it. */
export const load = (
  text: string,
  { env = tokens, files = {} }: { env?: Record<string, string>; files?: Record<string, string> } = {},
): Config =>
  loadConfig({
    file: 'farmhand.yml',
    env,
    readFile: (path) => {
      const found = path === 'farmhand.yml' ? text : files[path];
      if (found === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return found;
    },
  });

/** What is wrong with the config that `read` reads; nothing else that it throws is taken for that. */
export const problemsOf = (read: () => unknown): readonly Problem[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

/** The same, each as `path: message`. */
export const problemLines = (read: () => unknown): readonly string[] =>
  problemsOf(read).map(({ path, message }) => `${path}: ${message}`);
