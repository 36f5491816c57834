/**
 * Loaded before farmhand: plants a bug, so that it can be seen whether the checker finds it. MUTATE is
 * `<end of a file's path>|<text>|<text instead>`; farmhand does not start when the text is not there.
 */
import { registerHooks } from 'node:module';

const [file = '', from = '', to = ''] = (process.env['MUTATE'] ?? '').split('|');

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(file)) return loaded;
    const source = String(loaded.source);
    if (!source.includes(from)) throw new Error(`MUTATE: ${file} has no “${from}”`);
    return { ...loaded, source: source.replace(from, to) };
  },
});
