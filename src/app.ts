import type { StartApp } from './cli/start.ts';
import { FarmhandError } from './errors.ts';

export const startApp: StartApp = async () => {
  throw new FarmhandError('not_built', 'the app is not put together yet');
};
