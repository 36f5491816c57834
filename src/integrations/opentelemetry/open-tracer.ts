import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  createTraceState,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TracingSettings } from '../../config/tracing.ts';
import { FarmhandError } from '../../core/errors.ts';
import { isObject } from '../../core/json.ts';
import { isSampled, spanIdOf, type TraceContext, traceIdOf } from '../../core/tracing/context.ts';
import type { Log } from '../../observability/log.ts';
import type { OpenSpan, SpanFacts, SpanSpec, Tracer } from '../../observability/tracing/tracer.ts';
import { openExporter } from './exporter.ts';
import { createSpanQueue, type SpanOutcome } from './span-queue.ts';

export interface TracerOptions {
  readonly settings: TracingSettings;
  readonly version: string;
  /** Of this process. */
  readonly instance: string;
  readonly log: Log;
  /** Without what must be seen nowhere. */
  readonly safe: (text: string) => string;
  readonly told: (outcome: SpanOutcome, count: number, error?: unknown) => void;
}

/** A value is no longer than this: ids and codes are shorter. */
const longest = 250;

/**
 * Traces by OpenTelemetry's SDK, sent by OTLP. Nothing is instrumented by itself and nothing is registered for the process,
 * but for the SDK's own complaints: a span is what farmhand makes one.
 */
export const openTracer = async (options: TracerOptions): Promise<Tracer & AsyncDisposable> => {
  const { settings, safe, told, log } = options;
  diag.setLogger(complaintsTo(log), DiagLogLevel.WARN);
  const queue = createSpanQueue({ ...settings, exporter: await openExporter(settings.protocol), told });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'farmhand',
      'service.version': options.version,
      'service.instance.id': options.instance,
      // What the variables say goes first.
    }).merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerOf(settings.sampler),
    spanProcessors: [queue],
  });
  const source = provider.getTracer('farmhand', options.version);
  const active = new AsyncLocalStorage<Span | undefined>();

  const attributesOf = (facts: SpanFacts = {}): Attributes => {
    const kept: Attributes = {};
    for (const [name, value] of Object.entries(facts)) {
      if (value === undefined) continue;
      kept[name] = typeof value === 'string' ? safe(value).slice(0, longest) : value;
    }
    return kept;
  };
  const started = (spec: SpanSpec, startTime?: number): Span =>
    source.startSpan(
      spec.name,
      {
        kind: kinds[spec.kind],
        attributes: attributesOf(spec.facts),
        links: (spec.links ?? []).flatMap((link) => (link ? [{ context: spanContextOf(link) }] : [])),
        ...(startTime !== undefined && { startTime }),
      },
      spec.parent ? trace.setSpanContext(ROOT_CONTEXT, spanContextOf(spec.parent)) : ROOT_CONTEXT,
    );
  const failed = (span: Span | undefined, error: string): void => {
    span?.setAttribute('error.type', safe(error).slice(0, longest));
    span?.setStatus({ code: SpanStatusCode.ERROR });
  };

  return {
    on: true,
    span: async (spec, run) => {
      const span = started(spec);
      try {
        const result = await active.run(span, run);
        const error = failureOf(result);
        if (error !== undefined) failed(span, error);
        return result;
      } catch (error) {
        failed(span, codeOf(error));
        throw error;
      } finally {
        span.end();
      }
    },
    begin: (spec): OpenSpan => {
      const span = started(spec);
      return {
        context: contextOf(span),
        link: (other) => void span.addLink({ context: spanContextOf(other) }),
        note: (facts) => void span.setAttributes(attributesOf(facts)),
        end: (error) => {
          if (error !== undefined) failed(span, error);
          span.end();
        },
      };
    },
    past: (spec, startedAt, endedAt, error) => {
      const span = started(spec, startedAt);
      if (error !== undefined) failed(span, error);
      span.end(endedAt);
    },
    note: (facts, error) => {
      const span = active.getStore();
      span?.setAttributes(attributesOf(facts));
      if (error !== undefined) failed(span, error);
    },
    linkTo: (other) => void active.getStore()?.addLink({ context: spanContextOf(other) }),
    current: () => {
      const span = active.getStore();
      return span && contextOf(span);
    },
    outside: (run) => active.run(undefined, run),
    [Symbol.asyncDispose]: () => provider.shutdown(),
  };
};

const kinds = {
  consumer: SpanKind.CONSUMER,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
} as const satisfies Record<SpanSpec['kind'], SpanKind>;

const spanContextOf = (context: TraceContext): SpanContext => ({
  traceId: traceIdOf(context),
  spanId: spanIdOf(context),
  traceFlags: isSampled(context) ? 1 : 0,
  isRemote: true,
  ...(context.state !== undefined && { traceState: createTraceState(context.state) }),
});

const contextOf = (span: Span): TraceContext => {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const state = traceState?.serialize();
  return {
    parent: `00-${traceId}-${spanId}-${(traceFlags & 1) === 1 ? '01' : '00'}`,
    ...(state && { state }),
  };
};

const samplerOf = ({ name, ratio }: TracingSettings['sampler']): Sampler => {
  const root = name.endsWith('always_off')
    ? new AlwaysOffSampler()
    : name.endsWith('traceidratio')
      ? new TraceIdRatioBasedSampler(ratio)
      : new AlwaysOnSampler();
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
};

/** Of answers as farmhand's ports give them. */
const failureOf = (result: unknown): string | undefined => {
  if (!isObject(result) || result['ok'] !== false) return undefined;
  const { kind, code, retry } = result;
  if (typeof kind === 'string') return kind;
  if (typeof code === 'string') return code;
  return retry === true ? 'retry' : 'failed';
};

/** Never what it says: that may be anybody's text. */
const codeOf = (error: unknown): string => {
  if (error instanceof FarmhandError) return error.code;
  return error instanceof Error ? error.name : 'unknown';
};

const complaintsTo = (log: Log) => {
  const warn = (message: string): void => log.warn({ complaint: message }, 'OpenTelemetry complains');
  const nothing = (): void => {};
  return { error: warn, warn, info: nothing, debug: nothing, verbose: nothing };
};
