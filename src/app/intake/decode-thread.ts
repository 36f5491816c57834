import { parentPort } from 'node:worker_threads';
import { decodeMessage } from '../../intake/parse/decode.ts';
import { clusterRules } from '../../intake/parse/identity.ts';
import type { ThreadAnswer, ThreadAsk } from './big-bodies.ts';

/** Events handed over at once: taking them in costs the main thread a few milliseconds. */
const sliceSize = 250;

/** The thread that reads large bodies; see big-bodies.ts. It hands its events over slice by slice, as it is asked. */
const serve = (port: NonNullable<typeof parentPort>): void => {
  let slices: ThreadAnswer[] = [];
  port.on('message', (ask: ThreadAsk) => {
    if (ask.kind === 'decode') slices = answersTo(ask);
    const next = slices.shift();
    if (next !== undefined) port.postMessage(next);
  });
};

const answersTo = ({ message, settings, maxBytes, now }: Extract<ThreadAsk, { kind: 'decode' }>) => {
  const value = message.value === null ? null : Buffer.from(message.value);
  const { events, rejections } = decodeMessage(
    { ...message, value },
    { tiers: settings.tiers, clusters: clusterRules(settings), maxBytes, now },
  );
  const answers: ThreadAnswer[] = [];
  for (let from = 0; from < events.length; from += sliceSize) {
    answers.push({ kind: 'events', events: events.slice(from, from + sliceSize) });
  }
  answers.push({ kind: 'end', rejections });
  return answers;
};

if (parentPort !== null) serve(parentPort);
