import type { TicketFields } from '../alerts/model/alert.ts';
import type { GroupBy } from '../alerts/model/group.ts';
import type { TicketMove } from '../core/tickets/ticket-move.ts';
import type { NotifyStep } from '../core/time/notify-steps.ts';

/** What the ticket of an alert is told, and where it is moved. */
export interface RouteNews {
  readonly comment: boolean;
  readonly transition?: TicketMove | undefined;
}

/** What a route's action asks for, as the config file says it; templates are texts that the action worker fills. */
export type RouteAction =
  | 'thread'
  | 'ticket'
  | { readonly thread: object }
  | {
      readonly ticket: {
        readonly project?: string | undefined;
        readonly issue_type?: string | undefined;
        readonly summary?: string | undefined;
        readonly labels?: readonly string[] | undefined;
        readonly fields?: TicketFields | undefined;
        /** ms */
        readonly settle: number;
        readonly resolved?: RouteNews | undefined;
        readonly refired?: RouteNews | undefined;
      };
    }
  | {
      readonly api_task: {
        readonly task: string;
        readonly params: Readonly<Record<string, string>>;
        readonly idempotency_key?: string | undefined;
        readonly attempts: number;
        /** ms */
        readonly backoff: number;
      };
    }
  | { readonly pager: { readonly to: string; readonly after: number } }
  | {
      readonly rebuild: {
        readonly instance: string;
        readonly forced: boolean;
        readonly farmers?: number | undefined;
        readonly reason?: string | undefined;
        readonly run: boolean;
      };
    };

type RoutedType = 'alertmanager' | 'adhoc' | 'dcr';

/** One entry of `routes:`, checked and with its defaults; `RouteSchema` of the config makes it. */
export interface Route {
  readonly name: string;
  readonly type?: RoutedType | readonly RoutedType[] | undefined;
  /** Matchers as in Alertmanager; all must hold. */
  readonly match: readonly string[];
  readonly channel?: string | undefined;
  /** Where people read what to do about its alerts. */
  readonly runbook_url?: string | undefined;
  /** `['...']`, or none: one thread an alert. */
  readonly group_by?: GroupBy | undefined;
  /** Whom to mention while nobody reacts; default: nobody. */
  readonly notify?: readonly NotifyStep[] | undefined;
  /** ms */
  readonly remind?: number | undefined;
  readonly broadcast_refire?: boolean | undefined;
  /** By their name. */
  readonly quiet?: string | undefined;
  readonly actions: readonly RouteAction[];
}
