import type { Config } from '../config/schema.ts';
import type { Health } from '../observability/health.ts';
import type { Log } from '../observability/log.ts';
import type { MetricsRegistry } from '../observability/metrics.ts';
import type { RouteTable } from '../alerts/routing.ts';

export const roles = ['all', 'intake', 'worker', 'slack', 'api'] as const;
/** Which part of farmhand a process is; `all` is the whole on one box. */
export type Role = (typeof roles)[number];

/** What every part of a running farmhand shares. */
export interface AppContext {
  readonly role: Role;
  /** The config in force: its reloadable parts change while farmhand runs. */
  config(): Config;
  routes(): RouteTable;
  readonly log: Log;
  readonly metrics: MetricsRegistry;
  readonly health: Health;
  /** Wall clock, ms. */
  readonly now: () => number;
  /** Unique for this process. */
  readonly owner: string;
  /** Something is beyond repair here: the process should end with an error, so that a fresh one takes over. */
  readonly onFatal: (error: Error) => void;
  /** Released in reverse order when the app stops. */
  readonly stack: AsyncDisposableStack;
}

export const plays = (context: AppContext, role: Exclude<Role, 'all'>): boolean =>
  context.role === 'all' || context.role === role;
