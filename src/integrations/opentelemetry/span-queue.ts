import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';

/** `sent`: taken by the receiver. `dropped`: the queue was full. `failed`: not taken, or nobody answered. */
export type SpanOutcome = 'sent' | 'dropped' | 'failed';

export interface QueueOptions {
  readonly exporter: SpanExporter;
  /** Spans that wait; more are dropped. */
  readonly queue: number;
  readonly batch: number;
  /** How long a span waits for others, ms. */
  readonly delay: number;
  /** A batch that has not ended by then has failed; ms. */
  readonly timeout: number;
  readonly told: (outcome: SpanOutcome, count: number, error?: unknown) => void;
}

/**
 * Spans on their way to the receiver: one batch at a time, and a queue of a fixed length before it. Whoever ends a span waits
 * for nothing. The SDK's own batch processor has the same bounds and does not say what it drops.
 */
export const createSpanQueue = (options: QueueOptions): SpanProcessor => {
  const { exporter, queue, batch, delay, timeout, told } = options;
  let waiting: ReadableSpan[] = [];
  let sending: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const send = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const spans = waiting.slice(0, batch);
    waiting = waiting.slice(batch);
    const error = await exported(exporter, spans, timeout);
    if (error === undefined) told('sent', spans.length);
    else told('failed', spans.length, error);
  };
  const start = (): Promise<void> => {
    sending ??= send().finally(() => {
      sending = undefined;
      if (waiting.length > 0 && !closed) plan();
    });
    return sending;
  };
  const plan = (): void => {
    if (sending !== undefined) return;
    if (waiting.length >= batch) void start();
    else timer ??= setTimeout(start, delay).unref();
  };
  const flush = async (): Promise<void> => {
    while (sending !== undefined || waiting.length > 0) await start();
  };
  return {
    onStart: () => {},
    onEnd: (span) => {
      if (closed || (span.spanContext().traceFlags & 1) === 0) return;
      if (waiting.length >= queue) {
        told('dropped', 1);
        return;
      }
      waiting.push(span);
      plan();
    },
    forceFlush: flush,
    shutdown: async () => {
      closed = true;
      await flush();
      await exporter.shutdown();
    },
  };
};

/** What went wrong; undefined when they were taken. Never throws, and never later than `timeout`. */
const exported = (exporter: SpanExporter, spans: ReadableSpan[], timeout: number): Promise<unknown> =>
  new Promise((resolve) => {
    const late = setTimeout(() => resolve(new Error(`no answer within ${timeout} ms`)), timeout).unref();
    const done = (error: unknown): void => {
      clearTimeout(late);
      resolve(error);
    };
    try {
      exporter.export(spans, ({ code, error }) =>
        done(code === taken ? undefined : (error ?? new Error('the spans were not taken'))),
      );
    } catch (error) {
      done(error);
    }
  });

/** `ExportResultCode.SUCCESS` */
const taken = 0;
