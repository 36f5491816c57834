import type { Environment } from '../../config/environment.ts';
import type { Config } from '../../config/schema/schema.ts';
import type { Log } from '../../observability/log.ts';
import type { Redactor } from '../../observability/redact.ts';

/** The parts of farmhand that can run in processes of their own. */
export const processRoles = ['intake', 'worker', 'slack', 'api'] as const;
export type ProcessRole = (typeof processRoles)[number];

/** The config file, for following it while farmhand runs. */
export interface ConfigFile {
  readonly path: string;
  /** Its text now. Throws while it cannot be read. */
  readonly readText: () => string;
  /** Loads it again; its secrets are known to the redactor from then on. @throws ConfigError */
  readonly load: () => Config;
}

/** What `serve` gives to the app. */
export interface StartOptions {
  readonly config: Config;
  readonly configFile: ConfigFile;
  readonly roles: ReadonlySet<ProcessRole>;
  readonly version: string;
  /** For OpenTelemetry's own variables; all else of it is in the config. Default: none is set. */
  readonly env?: Environment;
  readonly log: Log;
  readonly redactor: Redactor;
  /** Aborted when farmhand is asked to stop: give up starting. The app is then disposed, if it came to be. */
  readonly signal: AbortSignal;
  /** For what cannot go on (the consumer stopped for good): is logged, stops gracefully, exits with 1. */
  readonly fail: (error: unknown) => void;
}

export interface RunningApp extends AsyncDisposable {
  /** SIGHUP: look at the config file now. */
  reload(): void;
  /** Graceful stop: takes in nothing more, finishes what is under way, releases everything. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Resolves when everything is up. A failure leaves nothing running. */
export type StartApp = (options: StartOptions) => Promise<RunningApp>;
