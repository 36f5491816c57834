import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** With `--import`: writes the address of every module that is loaded to the file that `LOADED_MODULES` names. */
const file = process.env['LOADED_MODULES'];
if (file === undefined) throw new Error('LOADED_MODULES is not set');
registerHooks({
  load: (url, context, next) => {
    appendFileSync(file, `${url}\n`);
    return next(url, context);
  },
});
