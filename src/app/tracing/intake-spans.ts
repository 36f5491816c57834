import { FarmhandError } from '../../core/errors.ts';
import { type TraceContext, traceIdOf } from '../../core/tracing/context.ts';
import { hopOf } from '../../intake/parse/decode.ts';
import type { IngestSpans, IngestTracing } from '../../intake/tracing.ts';
import type { Decoded, RawMessage } from '../../intake/wire/raw.ts';
import type { OpenSpan, SpanSpec, Tracer } from '../../observability/tracing/tracer.ts';

/** Absent: tracing is off. `group`: of the Kafka consumer. */
export const ingestTracing = (tracer: Tracer, group: string | undefined): IngestTracing | undefined =>
  tracer.on ? { begin: (messages, decoded) => begin(tracer, group, messages, decoded) } : undefined;

/**
 * A span for each message, and where a body carries events of several traces one for each of these: it is a child of where
 * the event was made, linked to whoever sent it on, and what it opens belongs to it.
 */
const begin = (
  tracer: Tracer,
  group: string | undefined,
  messages: readonly RawMessage[],
  decoded: readonly Decoded[],
): IngestSpans => {
  const all: OpenSpan[] = [];
  const byEvent = new Map<string, OpenSpan>();
  const bySource = new Map<RawMessage['position'], OpenSpan>();
  const traced = decoded.map((one, i): Decoded => {
    const message = messages[i];
    if (!message) return one;
    const spans = new Map<string, OpenSpan>();
    const spanFor = (parent: TraceContext | undefined): OpenSpan => {
      const key = parent?.parent ?? '';
      const known = spans.get(key);
      if (known) return known;
      const span = tracer.begin(specOf(message, parent, group, one.events.length));
      spans.set(key, span);
      all.push(span);
      return span;
    };
    const events = one.events.map((event) => {
      const span = spanFor(event.trace);
      byEvent.set(event.id, span);
      return { ...event, trace: span.context };
    });
    if (one.rejections.length > 0) bySource.set(message.position, spanFor(hopOf(message)));
    return { events, rejections: one.rejections };
  });
  const failures = new Map<OpenSpan, string>();
  return {
    decoded: traced,
    recorded: (alerts, eventIds) => {
      for (const [i, alert] of alerts.entries()) {
        for (const id of eventIds[i] ?? []) {
          const span = byEvent.get(id);
          span?.note({ 'farmhand.alert.id': alert.id, 'farmhand.event.id': id });
          // It joined an alert that another event had opened.
          if (span && alert.trace && traceIdOf(alert.trace) !== traceIdOf(span.context)) {
            span.link(alert.trace);
          }
        }
      }
    },
    end: ({ rejected }) => {
      for (const { reason, message } of rejected) {
        const span = bySource.get(message.position) ?? spanAt(bySource, message);
        if (span) failures.set(span, reason);
      }
      for (const span of all) span.end(failures.get(span));
    },
    fail: (error) => {
      const code = error instanceof FarmhandError ? error.code : 'internal_error';
      for (const span of all) span.end(code);
    },
  };
};

/** What is left of a body that was read in part has a place of its own. */
const spanAt = (
  spans: ReadonlyMap<RawMessage['position'], OpenSpan>,
  { position }: RawMessage,
): OpenSpan | undefined => {
  for (const [other, span] of spans) {
    const same =
      other.via === 'kafka' && position.via === 'kafka'
        ? other.topic === position.topic &&
          other.partition === position.partition &&
          other.offset === position.offset
        : other.via === 'http' && position.via === 'http' && other.request === position.request;
    if (same) return span;
  }
  return undefined;
};

/** By OpenTelemetry's conventions for messaging and for HTTP. */
const specOf = (
  message: RawMessage,
  parent: TraceContext | undefined,
  group: string | undefined,
  count: number,
): SpanSpec => {
  const { position } = message;
  const hop = hopOf(message);
  // The conventions ask for a link to where the message was made, whether or not that is the parent.
  const links = [parent, hop && hop.parent !== parent?.parent ? hop : undefined];
  const facts = { 'farmhand.events': count };
  if (position.via === 'http') {
    return {
      name: 'POST /v1/events',
      kind: 'server',
      parent,
      links,
      facts: {
        'http.request.method': 'POST',
        'http.route': '/v1/events',
        'url.path': '/v1/events',
        'http.request.body.size': message.value?.length,
        ...facts,
      },
    };
  }
  return {
    name: `process ${position.topic}`,
    kind: 'consumer',
    parent,
    links,
    facts: {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': position.topic,
      'messaging.destination.partition.id': String(position.partition),
      'messaging.kafka.offset': Number(position.offset),
      'messaging.consumer.group.name': group,
      'messaging.message.body.size': message.value?.length,
      ...facts,
    },
  };
};
