import { readFileSync } from 'node:fs';

const script = readFileSync(new URL('page-script.js', import.meta.url), 'utf8');

/** The local Slack's page, with a script of ours before its own; anything else as it is. */
export const withPageScript = (type: string, body: string): string =>
  /^text\/html\b/.test(type)
    ? body
        .replace('<head>', () => `<head><script>\n${script}</script>`)
        // Its own example is no command of ours.
        .replaceAll('try /echo hi', 'try /alerts')
    : body;
