/**
 * Loaded before farmhand: plants a bug, so that it can be seen whether the checker finds it; or shortens a time that
 * nobody can set. MUTATE is `<end of a file's path>|<text>|<text instead>`, one a line; farmhand does not start when
 * the text is not there.
 */
import { registerHooks } from 'node:module';

const mutations = (process.env['MUTATE'] ?? '')
  .split('\n')
  .filter(Boolean)
  .map((line) => line.split('|'));

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    const mine = mutations.filter(([file = '']) => url.endsWith(file));
    if (mine.length === 0) return loaded;
    const source = mine.reduce((text, [file, from = '', to = '']) => {
      if (!text.includes(from)) throw new Error(`MUTATE: ${file} has no “${from}”`);
      return text.replace(from, () => to);
    }, String(loaded.source));
    return { ...loaded, source };
  },
});
