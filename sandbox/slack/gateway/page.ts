import { readFileSync } from 'node:fs';
import type { SlackSeed } from '../control/seed.ts';

const script = ['page-script.js', 'page-blocks.js']
  .map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'))
  .join('\n');

/** The local Slack's page, with a script of ours before its own, and whom it is to name; anything else as it is. */
export const withPageScript = (
  type: string,
  body: string,
  { usergroups, users }: Pick<SlackSeed, 'usergroups' | 'users'>,
): string => {
  if (!/^text\/html\b/.test(type)) return body;
  const groups = usergroups.map(({ id, handle }) => [id, `@${handle}`]);
  const people = users.map(({ id, realName }) => [id, `@${realName}`]);
  const known = `window.usergroups = ${named(groups)};\nwindow.people = ${named(people)};`;
  return (
    body
      .replace('<head>', () => `<head><script>\n${known}\n${script}</script>`)
      // Its own example is no command of ours.
      .replaceAll('try /echo hi', 'try /alerts')
  );
};

const named = (entries: readonly string[][]): string =>
  JSON.stringify(Object.fromEntries(entries)).replaceAll('<', '\\u003c');
