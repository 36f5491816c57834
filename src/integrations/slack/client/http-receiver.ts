import type { App, Receiver, ReceiverEvent } from '@slack/bolt';
import { inTime } from '../../../core/deadline.ts';
import { messageOf } from '../../../core/errors.ts';
import { isObject } from '../../../core/json.ts';
import type { Log } from '../../../observability/log.ts';

/** What Slack sent, after its signature was checked. */
export interface ReceivedRequest {
  readonly body: Readonly<Record<string, unknown>>;
  readonly retryNum?: number;
  readonly retryReason?: string;
}

export interface ReceivedAnswer {
  readonly status: number;
  readonly body?: string | Readonly<Record<string, unknown>>;
}

export interface HttpReceiver extends Receiver {
  /** Between `start` and `stop`. */
  listening(): boolean;
  /** Answers as soon as a listener has, within 3 s. */
  take(request: ReceivedRequest): Promise<ReceivedAnswer>;
}

/** Slack gives up after 3 s, and people see that it did. */
const answeredWithinMs = 2_700;
/** How long what was begun may go on after `stop`. */
const finishWithinMs = 3_000;

/** Bolt behind farmhand's own HTTP server: one port, and the signature checked where the bytes are. */
export const createHttpReceiver = (log: Log): HttpReceiver => {
  const underWay = new Set<Promise<void>>();
  let app: App | undefined;
  let open = false;

  const handle = async (request: ReceivedRequest, answered: (answer: ReceivedAnswer) => void) => {
    const event: ReceiverEvent = {
      body: { ...request.body },
      ack: async (response) => answered(answerOf(response)),
      ...(request.retryNum !== undefined && { retryNum: request.retryNum }),
      ...(request.retryReason !== undefined && { retryReason: request.retryReason }),
    };
    try {
      await app?.processEvent(event);
      // Nobody here wants it, as a button of another version: Slack is to hear that it arrived.
      answered({ status: 200 });
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'a request from Slack could not be handled');
      answered(unanswered);
    }
  };

  return {
    init: (bolt) => {
      app = bolt;
    },
    start: async () => {
      open = true;
    },
    stop: async () => {
      open = false;
      await inTime(finishWithinMs, () => Promise.all(underWay));
    },
    listening: () => open,
    take: (request) => {
      const { promise, resolve } = Promise.withResolvers<ReceivedAnswer>();
      const work = handle(request, resolve).finally(() => underWay.delete(work));
      underWay.add(work);
      return inTime(answeredWithinMs, () => promise).then((answer) => answer ?? unanswered);
    },
  };
};

/** Slack tells the person that it did not work, and sends an event again. */
const unanswered: ReceivedAnswer = { status: 503 };

const answerOf = (response: unknown): ReceivedAnswer => {
  if (typeof response === 'string' && response !== '') return { status: 200, body: response };
  return isObject(response) ? { status: 200, body: response } : { status: 200 };
};
