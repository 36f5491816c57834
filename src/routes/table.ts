import type { ActionSpec } from '../alerts/model/alert.ts';
import type { NotifyWish } from '../alerts/model/escalation.ts';
import {
  fieldValue,
  type RouteChoice,
  type RoutedFields,
  type RouteExplanation,
  type RouteTable,
} from '../alerts/model/routing.ts';
import { ConfigError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import { cut } from '../core/text.ts';
import type { QuietHours } from '../core/time/quiet-hours.ts';
import { actionSpecs, asksForThread } from './actions.ts';
import { formatMatcher, type Matcher, parseMatchers } from './matchers.ts';
import type { Route } from './route.ts';

/** The route of an event that no other route took: a thread in the default channel. */
export const defaultRoute = '(default)';

export interface RoutingConfig {
  readonly routes: readonly Route[];
  readonly slack: { readonly default_channel: string };
  readonly alerts?: { readonly quiet_hours: readonly QuietHours[] };
  readonly watchdog?: { readonly channel: string } | undefined;
  readonly tiers?: {
    readonly list: readonly { readonly name: string; readonly default_channel?: string | undefined }[];
  };
}

interface CompiledRoute {
  readonly name: string;
  readonly types: readonly string[] | undefined;
  readonly matchers: readonly Matcher[];
  readonly choice: RouteChoice;
  /** Tiers are listed: `tier` is where an event came in, and no label of it counts. */
  readonly listed: boolean;
}

/**
 * Compiles the routes: the first whose type and matchers all hold takes the event.
 * @throws ConfigError for a matcher that does not parse; a loaded config has none.
 */
export const createRouteTable = (config: RoutingConfig): RouteTable => {
  const quiet = config.alerts?.quiet_hours ?? [];
  const tiers = config.tiers?.list ?? [];
  const listed = tiers.length > 0;
  const routes = [
    ...watchdogRoute(config.watchdog),
    ...config.routes.map((route) => compileRoute(route, config.slack.default_channel, quiet)),
  ].map((route) => ({ ...route, listed }));
  const fallbackTo = (channel: string): RouteChoice => ({
    route: defaultRoute,
    channel,
    thread: true,
    actions: [],
  });
  const fallback = fallbackTo(config.slack.default_channel);
  const ofTier = new Map(
    tiers.flatMap(({ name, default_channel: channel }) =>
      channel === undefined ? [] : [[name, fallbackTo(channel)] as const],
    ),
  );
  return {
    choose: (event) =>
      routes.find((route) => takes(route, event))?.choice ?? ofTier.get(event.tier) ?? fallback,
    explain: (event) => explain(routes, event),
    revision: revisionOf(config),
  };
};

/** Before all others: a route of somebody's could take the canary elsewhere, or mention people. */
const watchdogRoute = (watchdog: RoutingConfig['watchdog']): readonly Omit<CompiledRoute, 'listed'>[] => {
  if (!watchdog) return [];
  const parsed = parseMatchers('name="FarmhandWatchdog",source="farmhand-watchdog"');
  return [
    {
      name: '(watchdog)',
      types: ['adhoc'],
      matchers: parsed.ok ? parsed.matchers : [],
      choice: { route: '(watchdog)', channel: watchdog.channel, thread: true, actions: [] },
    },
  ];
};

const compileRoute = (
  route: Route,
  defaultChannel: string,
  quiet: readonly QuietHours[],
): Omit<CompiledRoute, 'listed'> => {
  const matchers = route.match.flatMap((text, i) => {
    const parsed = parseMatchers(text);
    if (!parsed.ok) {
      throw new ConfigError('routes', [{ path: `${route.name}.match[${i}]`, message: parsed.problem }]);
    }
    return parsed.matchers;
  });
  return {
    name: route.name,
    types: route.type === undefined || Array.isArray(route.type) ? route.type : [route.type],
    matchers,
    choice: {
      route: route.name,
      channel: route.channel ?? defaultChannel,
      thread: asksForThread(route.actions),
      ...(route.runbook_url !== undefined && { runbook: route.runbook_url }),
      ...groupingOf(route),
      ...wishOf(route, quiet),
      actions: actionSpecs(route.actions) satisfies readonly ActionSpec[],
    },
  };
};

const groupingOf = ({ group_by: groupBy }: Route): Pick<RouteChoice, 'groupBy'> =>
  groupBy === undefined || groupBy[0] === '...' ? {} : { groupBy };

const wishOf = (route: Route, hours: readonly QuietHours[]): Pick<RouteChoice, 'notify'> => {
  const notify = notifyWishOf(route, hours);
  return notify ? { notify } : {};
};

/** Whom the route wants mentioned while nobody reacts; undefined: nobody. */
export const notifyWishOf = (
  { notify: steps = [], remind, broadcast_refire: broadcasts = false, quiet: named }: Route,
  hours: readonly QuietHours[],
): NotifyWish | undefined => {
  if (steps.length === 0 && remind === undefined && !broadcasts) return undefined;
  const quiet = hours.find(({ name }) => name === named);
  return {
    steps,
    ...(remind !== undefined && { remind }),
    ...(quiet && { quiet }),
    ...(broadcasts && { broadcastRefire: true }),
  };
};

const takes = (route: CompiledRoute, event: RoutedFields): boolean => {
  if (route.types !== undefined && !route.types.includes(event.type)) return false;
  for (const matcher of route.matchers) {
    if (!matcher.matches(valueFor(route, event, matcher.name))) return false;
  }
  return true;
};

const valueFor = ({ listed }: CompiledRoute, event: RoutedFields, name: string): string =>
  listed && name === 'tier' ? event.tier : fieldValue(event, name);

const explain = (routes: readonly CompiledRoute[], event: RoutedFields): RouteExplanation => {
  const tried: { route: string; matched: boolean; why: string }[] = [];
  let taken: string | undefined;
  for (const route of routes) {
    const failure = whyNot(route, event);
    if (taken !== undefined) {
      const also = failure ?? 'it would have matched too';
      tried.push({ route: route.name, matched: false, why: `comes after ${taken}; ${also}` });
    } else if (failure === undefined) {
      taken = route.name;
      tried.push({ route: route.name, matched: true, why: whyTaken(route) });
    } else tried.push({ route: route.name, matched: false, why: failure });
  }
  if (taken === undefined) tried.push({ route: defaultRoute, matched: true, why: 'no other route took it' });
  return { route: taken ?? defaultRoute, tried };
};

const whyTaken = ({ types, matchers }: CompiledRoute): string => {
  const conditions = [...(types ? [`type is ${types.join(' or ')}`] : []), ...matchers.map(formatMatcher)];
  return conditions.length === 0 ? 'it takes every event' : conditions.join(', ');
};

const whyNot = (route: CompiledRoute, event: RoutedFields): string | undefined => {
  const reasons: string[] = [];
  if (route.types !== undefined && !route.types.includes(event.type)) {
    reasons.push(`wants type ${route.types.join(' or ')}, but it is ${event.type}`);
  }
  for (const matcher of route.matchers) {
    const actual = valueFor(route, event, matcher.name);
    if (matcher.matches(actual)) continue;
    const is = actual === '' ? 'there is none' : `it is ${JSON.stringify(cut(actual, 80))}`;
    reasons.push(`wants ${formatMatcher(matcher)}, but ${is}`);
  }
  return reasons.length === 0 ? undefined : reasons.join('; ');
};

const revisionOf = ({ routes, slack, alerts, tiers }: RoutingConfig): string => {
  const defaults = (tiers?.list ?? []).map(({ name, default_channel: channel }) => [name, channel]);
  const parts = [slack.default_channel, routes, ...(alerts?.quiet_hours ?? [])];
  return sha256(JSON.stringify(defaults.length === 0 ? parts : [...parts, defaults]), 12);
};
