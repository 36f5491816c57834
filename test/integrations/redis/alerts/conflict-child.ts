import { setImmediate as turn } from 'node:timers/promises';
import type { AlertStore } from '../../../../src/alerts/ports/store.ts';
import { batch, interfere, openStore, takeIn } from './conflict-store.ts';

/**
 * Takes a batch in while somebody is faster with one of its alerts, as often as `times` says, and kills itself around
 * the write number `at`: `before` it, when it was `sent`, or when it was `answered`.
 */
const [url = '', prefix = '', times = '', at = '', phase = ''] = process.argv.slice(2);
using mine = await openStore(url, prefix);
using other = await openStore(url, prefix);
const die = (): void => void process.kill(process.pid, 'SIGKILL');

let writes = 0;
const store: AlertStore = {
  ...mine.alerts,
  takeIn: async (series, loose, ...more) => {
    writes++;
    const now = writes === Number(at);
    if (writes <= Number(times)) await interfere(other.alerts);
    if (now && phase === 'before') die();
    const answer = mine.alerts.takeIn(series, loose, ...more);
    if (now && phase === 'sent') {
      await turn();
      die();
    }
    const conflicts = await answer;
    console.log(`write ${writes}: ${conflicts.length} in conflict`);
    if (now && phase === 'answered') die();
    return conflicts;
  },
};
await takeIn(store, batch);
console.log('taken in');
