/**
 * Loaded before farmhand (`node --import`): its wall clock goes ahead by what a request asks for in the header
 * `x-clock-ahead` (ms, in all). Timers, and the clocks of everything around it, stay as they are.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

const real = Date.now;
let ahead = 0;
Date.now = () => real() + ahead;

subscribe('http.server.request.start', (message) => {
  const { request } = message as { request: IncomingMessage };
  const asked = request.headers['x-clock-ahead'];
  if (typeof asked === 'string') ahead = Math.max(ahead, Number(asked));
});
