import { didYouMean } from '../../core/nearest.ts';
import { needsOf } from '../../core/templates.ts';
import { actionTemplates } from '../../routes/actions.ts';
import type { ConfigFinding } from './issues.ts';
import type { ReadRoute } from './read-route.ts';

/** What is named at `path` must be one of the `windows` of alerts.quiet_hours. */
export const quietNamed = (
  quiet: string,
  path: ConfigFinding['path'],
  windows: readonly string[],
): ConfigFinding[] =>
  windows.includes(quiet)
    ? []
    : [
        {
          path,
          message: `names no quiet hours: there is no ${quiet} in alerts.quiet_hours${didYouMean(quiet, windows)}`,
        },
      ];

/** Nobody can be mentioned where there is no thread. */
export const notifyChecks = (
  route: ReadRoute,
  index: number,
  quietHours: readonly string[],
): ConfigFinding[] => {
  const { quiet } = route;
  const found = quiet === undefined ? [] : quietNamed(quiet, ['routes', index, 'quiet'], quietHours);
  if (route.opensThread !== false) return found;
  const message = 'is said in the thread, but the route opens none; add the action thread';
  const asked = [
    ...(route.notify.length > 0 ? ['notify'] : []),
    ...(route.remind === undefined ? [] : ['remind']),
    ...(route.broadcast_refire ? ['broadcast_refire'] : []),
  ];
  return [...found, ...asked.map((key) => ({ path: ['routes', index, key], message }))];
};

/** What a route cannot do beside `group_by`. */
export const groupChecks = (route: ReadRoute, index: number): ConfigFinding[] => {
  if (route.group_by[0] === '...') return [];
  const at = ['routes', index];
  const found: ConfigFinding[] = [];
  if (route.opensThread === false) {
    const message = 'makes groups that share a thread, but the route opens none; add the action thread';
    found.push({ path: [...at, 'group_by'], message });
  }
  for (const { index: i, kind, action } of route.actions) {
    // The ticket is the group's, and has its thread.
    if (kind === 'ticket' || action === undefined) continue;
    for (const { path, text } of actionTemplates(action)) {
      for (const need of needsOf(text)) {
        const message = `uses {{${need}…}}, which with group_by belongs to the group, and not to each of its alerts; leave it out`;
        found.push({ path: [...at, 'actions', i, ...path], message });
      }
    }
    if (typeof action !== 'string' && 'rebuild' in action && !action.rebuild.run) {
      const message =
        'is proposed in the thread of its alert, and with group_by there is none; write run: true, or leave group_by out';
      found.push({ path: [...at, 'actions', i], message });
    }
  }
  return found;
};
