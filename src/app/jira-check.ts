import type { Http } from '../integrations/http-client/call.ts';
import { checkJira } from '../integrations/jira/client/check.ts';
import type { AppContext } from './context.ts';

/** Says at start whether tickets can be raised. Jira away or wrong is no reason not to open threads. */
export const sayWhetherTicketsWork = async (
  { config, log, health, now }: AppContext,
  http: Http,
): Promise<void> => {
  const { jira, routes } = config();
  if (!jira) return;
  const targets = routes.flatMap((route, i) =>
    route.actions.flatMap((action, j) => {
      if (typeof action === 'string' || !('ticket' in action)) return [];
      const { project = jira.project, issue_type = jira.issue_type } = action.ticket;
      return [{ path: `routes[${i}].actions[${j}].ticket`, project, issueType: issue_type }];
    }),
  );
  const { problems, warnings, unreachable } = await checkJira(jira, { http, now }, targets);
  health.report(
    'jira',
    unreachable || problems.length > 0 ? 'down' : 'up',
    unreachable ?? problems[0]?.message,
  );
  if (unreachable !== undefined) log.warn({ error: unreachable }, 'Jira does not answer; tickets will wait');
  if (problems.length > 0)
    log.error({ problems }, 'Tickets cannot be raised until Jira or the config is put right');
  if (warnings.length > 0) log.warn({ problems: warnings }, 'Jira lacks something that farmhand can use');
};
