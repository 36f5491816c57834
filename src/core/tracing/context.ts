/** Where something belongs in a distributed trace: W3C Trace Context, as headers and CloudEvents carry it. */
export interface TraceContext {
  /** `00-<trace id>-<span id>-<flags>`, lower-case hex. */
  readonly parent: string;
  /** What vendors add to it; farmhand hands it on and reads nothing of it. */
  readonly state?: string;
}

/** Runs a piece of work on a record as a part of that record's trace. Absent where tracing is off: it is run as it is. */
export type Around<R, W> = <T>(record: R, work: W, run: () => Promise<T>) => Promise<T>;

/** As `around` says; without one, as it is. */
export const inTraceOf = <R, W, T>(
  around: Around<R, W> | undefined,
  record: R,
  work: W,
  run: () => Promise<T>,
): Promise<T> => (around ? around(record, work, run) : run());

/** Of a later version only what version 00 has is read, as W3C asks for. */
const parentShape = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const zeros = /^0+$/;
/** Printable ASCII, as long as everybody must hand on. */
const stateShape = /^[\x20-\x7e]{1,512}$/;

/** Undefined for what is none: a sender's mistake in it costs no event. */
export const traceContextOf = (parent: unknown, state?: unknown): TraceContext | undefined => {
  if (typeof parent !== 'string' || parent.length > 512) return undefined;
  const [, version, trace = '', span = '', flags = '00', more] = parentShape.exec(parent.trim()) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (zeros.test(trace) || zeros.test(span)) return undefined;
  const kept = `00-${trace}-${span}-${sampled(flags) ? '01' : '00'}`;
  return typeof state === 'string' && stateShape.test(state) ? { parent: kept, state } : { parent: kept };
};

const sampled = (flags: string): boolean => (Number.parseInt(flags, 16) & 1) === 1;

export const traceIdOf = ({ parent }: TraceContext): string => parent.slice(3, 35);
export const spanIdOf = ({ parent }: TraceContext): string => parent.slice(36, 52);
export const isSampled = ({ parent }: TraceContext): boolean => parent.endsWith('1');
