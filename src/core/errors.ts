/** Base of every error farmhand throws on purpose. `retryable` is false unless a class says otherwise. */
export class FarmhandError extends Error {
  override readonly name: string = 'FarmhandError';
  readonly code: string;
  readonly retryable: boolean;

  constructor(code: string, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** One thing wrong with an input, in the form people see it: `path: message`. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** Bad configuration or routes. Carries every problem at once; nothing has been applied. */
export class ConfigError extends FarmhandError {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(source: string, problems: readonly Problem[]) {
    const list = problems.map((p) => `  ${p.path}: ${p.message}`).join('\n');
    const noun = problems.length === 1 ? 'problem' : 'problems';
    super('config_invalid', `${source}: ${problems.length} ${noun}; nothing was applied.\n${list}`);
    this.problems = problems;
  }
}

/** Redis (the record store) did not answer in time, is gone, or takes no writes. Nothing was changed. */
export class StoreUnavailable extends FarmhandError {
  override readonly name = 'StoreUnavailable';
  /** What is the matter with the store, one sentence for people; undefined when only its silence is known. */
  readonly why: string | undefined;
  constructor(message: string, cause?: unknown, why?: string) {
    super('store_unavailable', message, { retryable: true, cause });
    this.why = why;
  }
}

/** A record is there, and cannot be read. It was not changed; nothing but its repair helps. */
export class UnreadableRecord extends FarmhandError {
  override readonly name = 'UnreadableRecord';
  /** One sentence for people. */
  readonly says: string;
  constructor(kind: string, key: string) {
    const says = `The record of this ${kind} cannot be read (Redis key ${key}).`;
    super('unreadable_record', `${says} It was not changed. Repair it, or move it away with RENAME.`);
    this.says = says;
  }
}

/** True when repeating the same call later may succeed. Unknown errors are not retryable. */
export const isRetryable = (error: unknown): boolean => error instanceof FarmhandError && error.retryable;

/** The message of anything thrown, for logs and records; never the stack. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
