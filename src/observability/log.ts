/**
 * The log as everything else sees it. Data comes first and holds what varies. At WARN and above the message is a
 * static text, so that equal problems group; ERROR means that a human acts.
 * Decisions and predicates never take one: the shell logs the decision.
 */
export interface Log {
  debug(data: LogData, message: string): void;
  info(data: LogData, message: string): void;
  warn(data: LogData, message: string): void;
  error(data: LogData, message: string): void;
}

/** Facts beside a message. An error goes under `error`; secrets are redacted wherever they are. */
export type LogData = Readonly<Record<string, unknown>>;

/** Where a person waits for one answer: what the clients do and retry on the way to it is not it. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A log that adds the same facts to every line: `withFacts(log, { alert: id })`. */
export const withFacts = (log: Log, facts: LogData): Log => withFactsOf(log, () => facts);

/** The same, with facts of the moment. */
export const withFactsOf = (log: Log, facts: () => LogData): Log => ({
  debug: (data, message) => log.debug({ ...facts(), ...data }, message),
  info: (data, message) => log.info({ ...facts(), ...data }, message),
  warn: (data, message) => log.warn({ ...facts(), ...data }, message),
  error: (data, message) => log.error({ ...facts(), ...data }, message),
});
