import { readFileSync } from 'node:fs';
import type { SeedUsergroup } from '../control/seed.ts';

const script = readFileSync(new URL('page-script.js', import.meta.url), 'utf8');

/** The local Slack's page, with a script of ours before its own, and the groups it is to name; anything else as it is. */
export const withPageScript = (type: string, body: string, groups: readonly SeedUsergroup[]): string => {
  if (!/^text\/html\b/.test(type)) return body;
  const names = Object.fromEntries(groups.map(({ id, handle }) => [id, `@${handle}`]));
  const known = `window.usergroups = ${JSON.stringify(names).replaceAll('<', '\\u003c')};`;
  return (
    body
      .replace('<head>', () => `<head><script>\n${known}\n${script}</script>`)
      // Its own example is no command of ours.
      .replaceAll('try /echo hi', 'try /alerts')
  );
};
