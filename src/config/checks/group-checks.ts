import { didYouMean } from '../../core/nearest.ts';
import { needsOf } from '../../core/templates.ts';
import { actionKind, actionTemplates, asksForThread } from '../../routes/actions.ts';
import type { RouteConfig } from '../schema/route-schema.ts';
import type { ConfigFinding } from './issues.ts';

/** Nobody can be mentioned where there is no thread. */
export const notifyChecks = (
  route: RouteConfig,
  index: number,
  quietHours: readonly string[],
): ConfigFinding[] => {
  const { quiet } = route;
  if (quiet !== undefined && !quietHours.includes(quiet)) {
    const message = `names no quiet hours: there is no ${quiet} in alerts.quiet_hours${didYouMean(quiet, quietHours)}`;
    return [{ path: ['routes', index, 'quiet'], message }];
  }
  if (asksForThread(route.actions)) return [];
  const message = 'is said in the thread, but the route opens none; add the action thread';
  const asked = [
    ...(route.notify.length > 0 ? ['notify'] : []),
    ...(route.remind === undefined ? [] : ['remind']),
    ...(route.broadcast_refire ? ['broadcast_refire'] : []),
  ];
  return asked.map((key) => ({ path: ['routes', index, key], message }));
};

/** What a route cannot do beside `group_by`. */
export const groupChecks = (route: RouteConfig, index: number): ConfigFinding[] => {
  if (route.group_by[0] === '...') return [];
  const at = ['routes', index];
  const found: ConfigFinding[] = [];
  if (!asksForThread(route.actions)) {
    const message = 'makes groups that share a thread, but the route opens none; add the action thread';
    found.push({ path: [...at, 'group_by'], message });
  }
  for (const [i, action] of route.actions.entries()) {
    // The ticket is the group's, and has its thread.
    if (actionKind(action) === 'ticket') continue;
    for (const { path, text } of actionTemplates(action)) {
      for (const need of needsOf(text)) {
        const message = `uses {{${need}…}}, which with group_by belongs to the group, and not to each of its alerts; leave it out`;
        found.push({ path: [...at, 'actions', i, ...path], message });
      }
    }
    if (
      actionKind(action) === 'rebuild' &&
      typeof action !== 'string' &&
      'rebuild' in action &&
      !action.rebuild.run
    ) {
      const message =
        'is proposed in the thread of its alert, and with group_by there is none; write run: true, or leave group_by out';
      found.push({ path: [...at, 'actions', i], message });
    }
  }
  return found;
};
