import { type DestinationStream, pino, stdTimeFunctions } from 'pino';
import type { Log, LogData } from './log.ts';
import type { Redactor } from './redact.ts';

export interface Logger extends Log {
  /** From the level of the config to `debug` and back (from `debug`: to `info`), until the process ends; says so. */
  switchLevel(): void;
}

/**
 * JSON lines on stdout, one object a line: `level`, `time` (RFC 3339), `msg`, then the data. Written synchronously: the
 * line before a crash is the one that is needed. Everything passes the redactor, messages and stacks too.
 */
export const createLogger = (options: {
  level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  redactor: Redactor;
  /** Facts of every line: version, role. */
  base?: LogData;
  destination?: DestinationStream;
}): Logger => {
  const { redactor } = options;
  const out = pino(
    {
      level: options.level,
      base: options.base ?? {},
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      // The redactor has already turned errors into plain facts.
      serializers: {},
    },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  );
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (data: LogData, message: string) => {
    if (!out.isLevelEnabled(level)) return;
    out[level](withoutReserved(redactor.data(data)), redactor.text(message));
  };
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const other = options.level === 'debug' ? 'info' : 'debug';
  return {
    ...log,
    switchLevel: () => {
      const [from, to] = out.level === options.level ? [options.level, other] : [other, options.level];
      // Said while the louder of both is in force: one of them shows it whatever they are.
      const say = (): void =>
        log.info({ from, to }, 'The level of the log was switched, until the next start');
      if (to !== 'debug') say();
      out.level = to;
      if (to === 'debug') say();
    },
  };
};

/** `level`, `time` and `msg` are the line's own: data of these names would come out as a second key. */
const withoutReserved = (data: unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(Object(data)).map(([key, value]) => [
      ['level', 'time', 'msg'].includes(key) ? `data_${key}` : key,
      value,
    ]),
  );
