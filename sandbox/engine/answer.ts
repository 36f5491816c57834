import type { SimRequest, SimResponse } from '../simulator/server.ts';
import { renderListing } from './listing.ts';
import { statusContext } from './status.ts';
import { Order, takeOrder } from './take-order.ts';
import { evaluate, VelocityProblem } from './velocity.ts';
import { type SimMeans, type SimState, synchronizerOf } from './world.ts';

/** `GET …/.admin`: the two reads. */
export const answerRead = (state: SimState, { cluster }: SimMeans, query: URLSearchParams): SimResponse => {
  switch (query.get('cmd')) {
    case 'aaStatus':
      return text(200, renderListing(state));
    case 'rebuildStatus': {
      if (query.get('format') !== 'VELOCITY') return text(400, 'format must be VELOCITY');
      const context = statusContext(state, synchronizerOf(cluster, state.instance));
      try {
        return text(200, evaluate(query.get('template') ?? '', context));
      } catch (error) {
        if (error instanceof VelocityProblem) return text(400, `Velocity: ${error.message}`);
        throw error;
      }
    }
    default:
      return text(400, `unknown cmd ${query.get('cmd')}`);
  }
};

/** `POST …/.admin`: an order. `seen` hears of each that was taken, now or before. */
export const answerOrder = (
  state: SimState,
  means: SimMeans,
  request: SimRequest,
  seen: (order: Order, already: boolean) => void,
): SimResponse => {
  const parsed = Order.safeParse(Object.fromEntries(new URLSearchParams(request.body)));
  if (!parsed.success) {
    const says = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return text(422, says.join('; '));
  }
  const order = parsed.data;
  const same = JSON.stringify(order);
  const known = state.orders.get(order.key);
  if (known !== undefined && known !== same) return text(422, `the key ${order.key} is another order's`);
  if (known === undefined) {
    const taken = takeOrder(state, order, synchronizerOf(means.cluster, state.instance), means.timings);
    if (!taken.ok) return text(taken.status, taken.says);
    state.orders.set(order.key, same);
  }
  const already = known !== undefined;
  seen(order, already);
  return { status: 200, json: { key: order.key, already } };
};

const text = (status: number, body: string): SimResponse => ({
  status,
  headers: { 'content-type': 'text/plain;charset=UTF-8' },
  body,
});
