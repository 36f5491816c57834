import { registerCommands } from '../../commands/register.ts';
import { createAlertDesk } from '../alerts/alert-desk.ts';
import { createBoltApp } from '../integrations/slack/bolt.ts';
import type { AppContext } from './context.ts';
import type { Records } from './records.ts';
import type { Workspace } from './workspace.ts';

/** Listens to people over Socket Mode. Answered when the intent is stored; the worker does the rest. */
export const listenToPeople = (context: AppContext, records: Records, workspace: Workspace): void => {
  const { log, now, stack, health, metrics } = context;
  const { slack, jira, alertmanagers } = context.config();
  const bolt = createBoltApp({
    botToken: slack.bot_token.reveal(),
    appToken: slack.app_token.reveal(),
    apiUrl: slack.api_url,
    log,
    onFatal: context.onFatal,
  });
  bolt.app.use(async ({ body, next }) => {
    const kind = kindOf(body);
    const started = performance.now();
    let outcome = 'failed';
    try {
      await next();
      outcome = 'ok';
    } finally {
      metrics.metrics.interactions.inc({ kind, outcome });
      metrics.metrics.interactionSeconds.observe({ kind }, (performance.now() - started) / 1000);
    }
  });
  registerCommands(bolt.app, {
    commands: createAlertDesk({
      store: records.alerts,
      now,
      can: { ticket: jira !== undefined, silence: alertmanagers.length > 0 },
    }),
    queries: records.queries,
    explain: (alert) => context.routes().explain(alert),
    view: workspace.view,
    now,
    newReference: () => crypto.randomUUID().slice(0, 8),
    log,
    deadlineMs: 2_000,
  });
  const timer = setInterval(() => {
    const up = bolt.state().connected > 0;
    metrics.metrics.slackConnected.set({}, up ? 1 : 0);
    health.report('slack socket', up ? 'up' : 'down');
  }, 5_000);
  stack.defer(async () => {
    clearInterval(timer);
    await bolt.stop();
  });
  // Slack may be away for long; everything else goes on meanwhile.
  bolt.start().catch(context.onFatal);
};

const kindOf = (body: object): string => {
  if ('command' in body) return 'slash';
  if ('view' in body) return 'modal';
  return 'actions' in body ? 'button' : 'message';
};
