import type { Environment } from '../../config/environment.ts';
import { readTracing } from '../../config/tracing.ts';
import { inTime } from '../../core/deadline.ts';
import { messageOf } from '../../core/errors.ts';
import { spanIdOf, traceIdOf } from '../../core/tracing/context.ts';
import { type Log, withFactsOf } from '../../observability/log.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Redactor } from '../../observability/redact.ts';
import { noTracer, type Tracer } from '../../observability/tracing/tracer.ts';

export interface TracingOptions {
  readonly env: Environment;
  readonly version: string;
  readonly instance: string;
  readonly log: Log;
  readonly redactor: Redactor;
  readonly metrics: Pick<Metrics, 'traceSpans'>;
  readonly stack: AsyncDisposableStack;
}

/** A receiver that is away is told of this often at the most; ms. */
const toldEvery = 60_000;
/** What is still to be sent at the end has this long, and then nobody waits for it; ms. */
const lastWithin = 2_000;

/**
 * Traces, where OpenTelemetry's variables ask for them; else nothing of it is loaded. Whatever is wrong with them is no reason
 * not to tell of alerts.
 */
export const openTracing = async (options: TracingOptions): Promise<Tracer> => {
  const { env, log, redactor, metrics, stack } = options;
  const tracing = readTracing(env);
  if (tracing.state === 'off') return noTracer;
  const secrets = tracing.state === 'on' ? tracing.settings.secrets : tracing.secrets;
  for (const secret of secrets) redactor.registerSecret(secret);
  if (tracing.state === 'refused') {
    log.error(
      { problems: tracing.problems },
      'Tracing is off until its variables are right; all else goes on',
    );
    return noTracer;
  }
  if (tracing.ignored.length > 0) {
    log.warn(
      { problems: tracing.ignored },
      'Variables of tracing that cannot be used are left out of account',
    );
  }
  let toldAt = Number.NEGATIVE_INFINITY;
  let untold = 0;
  try {
    const { openTracer } = await import('../../integrations/opentelemetry/open-tracer.ts');
    const tracer = await openTracer({
      settings: tracing.settings,
      version: options.version,
      instance: options.instance,
      log,
      safe: redactor.text,
      told: (outcome, count, error) => {
        metrics.traceSpans.inc({ outcome }, count);
        if (outcome === 'sent') return;
        untold += count;
        if (performance.now() - toldAt < toldEvery) return;
        toldAt = performance.now();
        log.warn(
          { outcome, spans: untold, ...(error !== undefined && { error: messageOf(error) }) },
          'Spans of traces are lost; nothing else is held up',
        );
        untold = 0;
      },
    });
    stack.defer(async () => {
      await inTime(lastWithin, async () => tracer[Symbol.asyncDispose]()).catch(() => {});
    });
    const { endpoint, protocol, sampler } = tracing.settings;
    log.info({ endpoint, protocol, sampler: sampler.name }, 'Traces are sent');
    return tracer;
  } catch (error) {
    log.error({ error }, 'Tracing could not be opened; all else goes on');
    return noTracer;
  }
};

/** Every line that is written while a span is the current one says which; lines of before and after are as they were. */
export const logWithTrace = (log: Log, { on, current }: Tracer): Log => {
  if (!on) return log;
  return withFactsOf(log, () => {
    const span = current();
    return span ? { trace_id: traceIdOf(span), span_id: spanIdOf(span) } : {};
  });
};
