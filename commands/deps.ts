import type { Alert } from '../src/alerts/alert.ts';
import type { AlertCommands, AlertQueries, RouteExplanation } from '../src/alerts/desk.ts';
import type { Log } from '../src/observability/log.ts';
import type { ViewContext } from '../views/context.ts';
import type { People } from './people.ts';

/** What the listeners need: nothing of Slack but Bolt, nothing of Redis. */
export interface CommandDeps {
  readonly commands: AlertCommands;
  readonly queries: AlertQueries;
  readonly people: People;
  /** With the routes in force now. */
  explain(alert: Alert): RouteExplanation;
  /** Made anew for every answer: it carries the time. */
  view(): ViewContext;
  /** ms since the epoch. */
  now(): number;
  /** A short word that finds a failure in the log, said to the person it happened to. */
  newReference(): string;
  readonly log: Log;
  /** The records must answer within this, or the person is told that nothing was changed; 2,000. */
  readonly deadlineMs: number;
}
