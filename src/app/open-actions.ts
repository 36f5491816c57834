import { createBulkhead } from '../alerts/actions/bulkhead.ts';
import { type ActionDeps, reconcileActions } from '../alerts/actions/reconcile-actions.ts';
import type { RebuildProposals } from '../alerts/ports/ports.ts';
import type { AuditLog } from '../audit/chain/audit-log.ts';
import { openClients } from '../integrations/alertmanager/clients.ts';
import { createSilences } from '../integrations/alertmanager/silences.ts';
import { checkJira, ticketTargets } from '../integrations/jira/check.ts';
import { createJiraTickets } from '../integrations/jira/tickets.ts';
import { createPagers } from '../integrations/pagers/pagers.ts';
import { createApiTasks } from '../integrations/sre-api/tasks.ts';
import type { Pass } from '../reconcile/work.ts';
import type { Records } from './records/open-records.ts';
import { isHeld } from './records/recovery.ts';
import type { AppContext } from './shared/context.ts';
import type { Workspace } from './shared/open-workspace.ts';
import { redacted, withoutSecrets } from './shared/redacted.ts';
import { aroundAction } from './tracing/around.ts';

/** Longer than one attempt of any action: a ticket takes at most seven times jira.timeout. ms */
export const actionTimeout = 90_000;

/** What each action talks to, as `/statusz` names it. */
const systems = {
  ticket: 'jira',
  ticket_news: 'jira',
  silence: 'alertmanager',
  api_task: 'sre_api',
  // One may be away while another is not: what each answers is on the alert, and counted.
  pager: undefined,
  rebuild: undefined,
} as const;

export interface ActionParts {
  readonly records: Records;
  readonly audit: AuditLog;
  readonly workspace: Workspace;
}

/** The actions of alerts: tickets, silences, tasks of the SRE API, and rebuilds that are proposed. */
export const openActions = (
  context: AppContext,
  { records, audit, workspace }: ActionParts,
  rebuilds: RebuildProposals | undefined,
): Pass => {
  const { log, now, stack, http } = context;
  const safe = context.redactor.text;
  const { jira, alertmanagers, sre_api, pagers } = context.config();
  const clients = stack.use(openClients(http));
  sayWhetherTicketsWork(context).catch((error: unknown) => log.warn({ error }, 'Jira could not be checked'));
  const deps: ActionDeps = {
    store: records.alerts,
    audit,
    tickets:
      jira && redacted(createJiraTickets(jira, { http: withoutSecrets(http, context), log, now }), safe),
    ticketFields: jira?.alert_fields,
    silences:
      alertmanagers.length > 0
        ? redacted(createSilences(alertmanagers, { httpFor: clients.httpFor, now }), safe)
        : undefined,
    rebuilds,
    apiTasks: sre_api && redacted(createApiTasks(sre_api, { http, now }), safe),
    pagers: pagers.length > 0 ? redacted(createPagers(pagers, { http, now }), safe) : undefined,
    // Fewer in all than the workers have places: a Jira that hangs never holds up a silence.
    gate: createBulkhead({ ticket: 8, ticket_news: 8, api_task: 8, silence: 8, rebuild: 8, pager: 8 }),
    permalink: workspace.permalink,
    now,
    claimTimeout: actionTimeout,
    held: () => isHeld(records.watch),
    onDone: toldOf(context),
    around: aroundAction(context.tracer),
  };
  return (id) => reconcileActions(deps, id);
};

const toldOf =
  ({ metrics: { metrics }, health }: AppContext): ActionDeps['onDone'] =>
  ({ kind }, result, ms) => {
    const outcome = result.ok ? 'ok' : result.retry ? 'retry' : 'failed';
    metrics.actions.inc({ kind, outcome });
    metrics.actionSeconds.observe({ kind }, ms / 1000);
    const system = systems[kind];
    if (system === undefined) return;
    if (result.ok) health.report(system, 'up');
    else if (result.retry) health.report(system, 'down', result.error);
  };

/** Says at start whether tickets can be raised. Jira away or wrong is no reason not to open threads. */
const sayWhetherTicketsWork = async ({ config, log, health, now, http }: AppContext): Promise<void> => {
  const { jira, routes, rebuilds } = config();
  if (!jira) return;
  const targets = ticketTargets(jira, routes);
  const { problems, warnings, unreachable } = await checkJira(
    jira,
    { http, now, rebuilds: rebuilds !== undefined },
    targets,
  );
  health.report(
    'jira',
    unreachable || problems.length > 0 ? 'down' : 'up',
    unreachable ?? problems[0]?.message,
  );
  if (unreachable !== undefined) log.warn({ error: unreachable }, 'Jira does not answer; tickets will wait');
  if (problems.length > 0)
    log.error({ problems }, 'Tickets cannot be raised until Jira or the config is fixed');
  if (warnings.length > 0) log.warn({ problems: warnings }, 'Jira lacks something that farmhand can use');
};
