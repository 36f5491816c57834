import type { ActionSpec } from './alert.ts';
import type { NotifyWish } from './escalation.ts';
import type { AlertEvent } from './event.ts';
import type { GroupBy } from './group.ts';

/** What the alert core needs of the mapping: which route takes an event, and why. */
export interface RouteTable {
  /** Never fails: an event that no route matches takes `(default)`: a thread in the default channel. */
  choose(event: RoutedFields): RouteChoice;
  explain(event: RoutedFields): RouteExplanation;
  /** Short hash of the routes in force, for the record. */
  readonly revision: string;
}

/** What matchers see. `labels` win over the fields of the same name. */
export type RoutedFields = Pick<
  AlertEvent,
  'type' | 'source' | 'tier' | 'cluster' | 'name' | 'severity' | 'labels'
>;

/** A label, or else the field of that name. An empty label is no label, as in Prometheus. */
export const fieldValue = (event: RoutedFields, name: string): string => {
  const label = Object.hasOwn(event.labels, name) ? event.labels[name] : undefined;
  if (label !== undefined && label !== '') return label;
  switch (name) {
    case 'type':
    case 'source':
    case 'tier':
    case 'name':
    case 'severity':
      return event[name];
    case 'cluster':
      return event.cluster ?? '';
    default:
      return '';
  }
};

export interface RouteChoice {
  readonly route: string;
  readonly channel: string;
  readonly thread: boolean;
  /** Of the route, whatever its alerts say of their own. */
  readonly runbook?: string;
  /** Absent: one thread an alert. */
  readonly groupBy?: GroupBy;
  /** Absent: nobody is mentioned. */
  readonly notify?: NotifyWish;
  /** In the order of the route; `thread` is not among them. */
  readonly actions: readonly ActionSpec[];
}

/** Why an alert took the route it did: the matching route, and for each other the matcher that failed. */
export interface RouteExplanation {
  readonly route: string;
  readonly tried: readonly { readonly route: string; readonly matched: boolean; readonly why: string }[];
}
