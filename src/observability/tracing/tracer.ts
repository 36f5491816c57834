import type { TraceContext } from '../../core/tracing/context.ts';

/** What is known of a piece of work. Ids, kinds and numbers; never a person, a text of theirs, or a label's value. */
export type SpanFacts = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanSpec {
  /** Few different ones: what varies is in `facts`. */
  readonly name: string;
  /** `consumer`: a message that was taken in; `server`: a request; `client`: a call; `internal`: none of these. */
  readonly kind: 'consumer' | 'server' | 'client' | 'internal';
  /** Absent: it begins a trace of its own. */
  readonly parent?: TraceContext | undefined;
  /** Other traces that it has to do with. */
  readonly links?: readonly (TraceContext | undefined)[];
  readonly facts?: SpanFacts;
}

/** One that is begun here and ended elsewhere; it is nobody's current one. */
export interface OpenSpan {
  readonly context: TraceContext;
  link(other: TraceContext): void;
  note(facts: SpanFacts): void;
  /** `error`: a code; it has failed. */
  end(error?: string): void;
}

/**
 * What farmhand tells about where its time goes. Telling holds up nothing and fails nothing: what cannot be told is
 * dropped, and counted.
 */
export interface Tracer {
  readonly on: boolean;
  /** Runs it in a span, which is the current one meanwhile. What throws or answers `ok: false` has failed. */
  span<T>(spec: SpanSpec, run: () => Promise<T>): Promise<T>;
  begin(spec: SpanSpec): OpenSpan;
  /** One that is over: it lasted from `startedAt` to `endedAt`; ms. */
  past(spec: SpanSpec, startedAt: number, endedAt: number, error?: string): void;
  /** More about the current span. `error`: a code; it has failed. Without a current span it is nothing. */
  note(facts: SpanFacts, error?: string): void;
  linkTo(other: TraceContext): void;
  /** Of the current span: what a record that is made now keeps. */
  current(): TraceContext | undefined;
  /** Runs it without a current span: work of others that begins here. */
  outside<T>(run: () => T): T;
}

const nobody: OpenSpan = {
  context: { parent: '' },
  link: () => {},
  note: () => {},
  end: () => {},
};

/** Tracing is off: nothing is loaded, kept or told. */
export const noTracer: Tracer = {
  on: false,
  span: (_spec, run) => run(),
  begin: () => nobody,
  past: () => {},
  note: () => {},
  linkTo: () => {},
  current: () => undefined,
  outside: (run) => run(),
};
