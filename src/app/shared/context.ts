import type { RouteTable } from '../../alerts/model/routing.ts';
import type { AuditStamp } from '../../audit/chain/entry-text.ts';
import type { Config } from '../../config/schema/schema.ts';
import type { Http } from '../../integrations/http-client/call.ts';
import type { Health } from '../../observability/health.ts';
import type { Log } from '../../observability/log.ts';
import type { MetricsRegistry } from '../../observability/metrics.ts';
import type { Redactor } from '../../observability/redact.ts';
import type { Tracer } from '../../observability/tracing/tracer.ts';
import type { After } from '../../reconcile/work.ts';
import type { ProcessRole } from './run-options.ts';

export interface ConfigChange {
  /** Hashes of the config, as entries of the audit carry them. */
  readonly from: string;
  readonly to: string;
  /** Parts that changed: those in force now, and those that wait for a restart. */
  readonly applied: readonly string[];
  readonly needsRestart: readonly string[];
}

/** What every part of a running farmhand shares. */
export interface AppContext {
  readonly roles: ReadonlySet<ProcessRole>;
  /** The config in force: its reloadable parts change while farmhand runs. */
  config(): Config;
  routes(): RouteTable;
  /** What entries of the audit carry: the software and the config in force. */
  stamp(): AuditStamp;
  /** Told whenever another config is in force: its parts that changed, and the hash before. */
  onConfig(told: (change: ConfigChange) => void): void;
  readonly log: Log;
  /** Knows every secret of the config. */
  readonly redactor: Redactor;
  readonly metrics: MetricsRegistry;
  readonly tracer: Tracer;
  readonly health: Health;
  /** Wall clock, ms. */
  readonly now: () => number;
  /** A timer that keeps no process alive. */
  readonly after: After;
  /** Unique for this process. */
  readonly owner: string;
  /** Something is beyond repair here: the process should end with an error, so that a fresh one takes over. */
  readonly onFatal: (error: unknown) => void;
  /** Asked to stop: no round of work begins. */
  readonly stopping: () => boolean;
  /** For a claim: never the same twice, in any process. */
  readonly newClaim: () => string;
  /** Calls to systems whose address is configured. */
  readonly http: Http;
  /** Aborted when farmhand is asked to stop while it is still starting. */
  readonly signal: AbortSignal;
  /** Released in reverse order when the app stops. */
  readonly stack: AsyncDisposableStack;
}
