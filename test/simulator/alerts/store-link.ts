import { StoreUnavailable } from '../../../src/core/errors.ts';
import type { SimProcess } from '../process.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Chaos } from './chaos.ts';
import type { RecordsOptions } from './records.ts';

/** A command that takes longer counts as failed; the store refuses a write that comes later than most of this; ms. */
const timeout = 1_500;
const deadline = 1_200;

/** How one process reaches the record store. */
export const storeLink =
  (scheduler: Scheduler, process: SimProcess, chaos: Chaos): RecordsOptions['io'] =>
  async (kind, effect) => {
    const sent = scheduler.now();
    const run = () => {
      if (kind === 'write' && scheduler.now() - sent > deadline) throw new StoreUnavailable('too late');
      return effect();
    };
    const quick = chaos.random.between(0, 3);
    switch (chaos.storeFate()) {
      case 'fine':
        return process.call(quick, run, quick, kind === 'write');
      case 'slow':
        return process.call(chaos.random.between(100, 1_100), run, quick);
      case 'lost':
        return process.call(
          timeout,
          () => {
            throw new StoreUnavailable('no answer');
          },
          0,
        );
      case 'unanswered':
        await process.call(quick, run, timeout - quick);
        throw new StoreUnavailable('the connection was lost');
    }
  };
