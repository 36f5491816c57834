import { setTimeout as sleep } from 'node:timers/promises';
import { registerCommands } from '../../commands/register.ts';
import { createPeople } from '../../commands/shared/people.ts';
import { createAlertService } from '../alerts/alert-service.ts';
import type { SilenceScopes } from '../alerts/ports/ports.ts';
import type { AuditLog } from '../audit/chain/audit-log.ts';
import { openClients } from '../integrations/alertmanager/clients.ts';
import { createSilenceScopes } from '../integrations/alertmanager/scopes.ts';
import { createAwaitedClick } from '../integrations/redis/doctor/awaited-click.ts';
import { type BoltApp, createBoltApp } from '../integrations/slack/client/bolt.ts';
import type { HttpReceiver } from '../integrations/slack/client/http-receiver.ts';
import type { Access } from './open-access.ts';
import type { Rebuilds } from './rebuilds/open-rebuilds.ts';
import type { Records } from './records/open-records.ts';
import type { AppContext } from './shared/context.ts';
import { timed } from './shared/measured.ts';
import type { Workspace } from './shared/open-workspace.ts';
import { redacted } from './shared/redacted.ts';

export interface PeopleParts {
  readonly records: Records;
  readonly audit: AuditLog;
  readonly workspace: Workspace;
  readonly access: Access;
  readonly rebuilds: Rebuilds | undefined;
  /** Present where Slack sends over HTTP. */
  readonly receiver: HttpReceiver | undefined;
}

/** How long after Slack refused the app (token revoked, app uninstalled) it is asked again; ms. */
const askAgainAfter = 60_000;

/**
 * Listens to people, over Socket Mode or HTTP. Answered when the intent is stored; the worker does the rest. Slack away or
 * refusing: events are taken in all the same, and a restart would not help, so it is told and tried again.
 */
export const listenToPeople = (context: AppContext, parts: PeopleParts): void => {
  const { log, stack, health, metrics } = context;
  const stopped = new AbortController();
  let bolt: BoltApp | undefined;
  const timer = setInterval(() => {
    const up = (bolt?.state().connected ?? 0) > 0;
    metrics.metrics.slackConnected.set({}, up ? 1 : 0);
    health.report(parts.receiver ? 'slack requests' : 'slack socket', up ? 'up' : 'down');
  }, 5_000);
  const listen = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const refused = Promise.withResolvers<unknown>();
      bolt = openBolt(context, parts, refused.resolve);
      await bolt.start().catch(refused.resolve);
      const error = await refused.promise;
      log.error({ error }, 'Slack refuses the app: nobody is heard until its token or installation is fixed');
      await bolt.stop().catch(() => {});
      await sleep(askAgainAfter, undefined, { signal: stopped.signal, ref: false });
    }
  };
  listen().catch((error: unknown) => {
    if (!stopped.signal.aborted) context.onFatal(error);
  });
  stack.defer(async () => {
    stopped.abort();
    clearInterval(timer);
    await bolt?.stop();
  });
};

const openBolt = (
  context: AppContext,
  { records, audit, workspace, access, rebuilds, receiver }: PeopleParts,
  onRefused: (error: unknown) => void,
): BoltApp => {
  const { log, now, metrics, tracer } = context;
  const { slack, jira, alertmanagers } = context.config();
  const bolt = createBoltApp({
    botToken: slack.bot_token.reveal(),
    // The config has checked that it is there without a receiver.
    from: receiver ? { receiver } : { appToken: slack.app_token?.reveal() ?? '' },
    apiUrl: slack.api_url,
    log,
    safe: context.redactor.known,
    onFatal: onRefused,
  });
  bolt.app.use(({ body, next }) =>
    timed(
      () => tracer.span({ name: `slack ${kindOf(body)}`, kind: 'server' }, next),
      ({ seconds, outcome }) => {
        const kind = kindOf(body);
        metrics.metrics.interactions.inc({ kind, outcome });
        metrics.metrics.interactionSeconds.observe({ kind }, seconds);
      },
    ),
  );
  registerCommands(bolt.app, {
    alerts: createAlertService({
      store: records.alerts,
      now,
      can: { ticket: jira !== undefined, silence: alertmanagers.length > 0 },
      access,
      sight: access.sight,
      audit,
      safe: context.redactor.text,
      instanceOf: (alert) => rebuilds?.surface.instanceOf(alert),
      groups: { groups: records.groups, scopes: silenceScopes(context) },
    }),
    queries: records.queries,
    sight: access.sight,
    ...(rebuilds && { rebuilds: rebuilds.surface }),
    people: createPeople({ now, log }),
    members: () => context.config().slack.members,
    explain: (alert) => context.routes().explain(alert),
    view: workspace.view,
    forms: workspace.forms,
    firstTime: records.firstTime,
    clickHeard: createAwaitedClick(records.redis, context.config().redis.prefix).heard,
    now,
    newReference: () => crypto.randomUUID().slice(0, 8),
    log,
    deadlineMs: 2_000,
  });
  return bolt;
};

/** A list of all that fits may be long: a modal waits for it no longer than this; ms. */
const scopeWithin = 5_000;

const silenceScopes = ({ config, http, stack, redactor }: AppContext): SilenceScopes => {
  const { httpFor } = stack.use(openClients(http));
  const scopes = createSilenceScopes(() => config().alertmanagers, { httpFor, timeoutMs: scopeWithin });
  return redacted(scopes, redactor.text);
};

const kindOf = (body: object): string => {
  if ('command' in body) return 'slash';
  if ('view' in body) return 'modal';
  return 'actions' in body ? 'button' : 'message';
};
