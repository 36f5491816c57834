import type { Config } from '../../config/schema/schema.ts';
import { readStatus } from '../../integrations/alertmanager/api.ts';
import { openClients } from '../../integrations/alertmanager/clients.ts';
import type { Http } from '../../integrations/http-client/call.ts';
import { checkJira, ticketTargets } from '../../integrations/jira/check.ts';
import { kindName } from '../../integrations/jira/client/kind.ts';
import { clockFinding, type Finding, finding } from './finding.ts';

const timeoutMs = 5_000;

/** Login, projects, types, fields and permissions; reads only. */
export const lookAtJira = async (
  config: Config,
  { http, now }: { readonly http: Http; readonly now: () => number },
): Promise<readonly Finding[]> => {
  const { jira, routes, rebuilds } = config;
  if (!jira) return [];
  const { problems, warnings, unreachable } = await checkJira(
    jira,
    { http, now, rebuilds: rebuilds !== undefined },
    ticketTargets(jira, routes),
  );
  const name = `${kindName[jira.kind]} at ${jira.host}`;
  if (unreachable !== undefined) {
    return [
      finding(
        'jira',
        'fail',
        `${name} does not answer: ${unreachable}`,
        'Check jira.host, egress and proxy.',
      ),
    ];
  }
  const told = ({ path, message }: { readonly path: string; readonly message: string }) =>
    `${path}: ${message}`;
  return [
    ...(problems.length === 0 ? [finding('jira', 'ok', `${name} takes the login, and tickets`)] : []),
    ...problems.map((one) => finding('jira', 'fail', told(one))),
    ...warnings.map((one) => finding('jira', 'warn', told(one))),
  ];
};

/** Every member of every Alertmanager. */
export const lookAtAlertmanagers = async (config: Config, http: Http): Promise<readonly Finding[]> => {
  await using clients = openClients(http);
  const { httpFor } = clients;
  const members = config.alertmanagers.flatMap((one) =>
    [one.url, ...(one.peers ?? [])].map((base) => ({ one, base })),
  );
  return Promise.all(
    members.map(async ({ one, base }) => {
      const read = await readStatus({ httpFor, timeoutMs }, one, base);
      if (read.ok) return finding('alertmanager', 'ok', `${one.name} answers at ${base}`);
      const refused = /answered 40[13]/.test(read.error);
      return finding(
        'alertmanager',
        'fail',
        `${one.name} at ${base}: ${read.error}`,
        refused
          ? `Check token, or username and password, of alertmanagers[].name ${one.name}.`
          : `Check the address of ${one.name}, its path prefix (--web.route-prefix), egress and certificates.`,
      );
    }),
  );
};

/** Whether anything answers there: a task would be done. */
export const lookAtSreApi = async (
  { url, token }: NonNullable<Config['sre_api']>,
  http: Http,
): Promise<readonly Finding[]> => {
  const answer = await http.call({
    method: 'GET',
    url,
    ...(token && { headers: { authorization: `Bearer ${token.reveal()}` } }),
    timeoutMs,
    maxBytes: 65_536,
  });
  if (answer.kind !== 'answered') {
    return [finding('sre api', 'fail', `${url}: ${answer.error}`, 'Check sre_api.url, egress and proxy.')];
  }
  return [
    answer.status === 401 || answer.status === 403
      ? finding('sre api', 'warn', `${url} answers ${answer.status}`, 'Check sre_api.token.')
      : finding('sre api', 'ok', `${url} answers (${answer.status}); no task was sent`),
  ];
};

/** Slack's clock, from the header of an answer that needs no token: whole seconds. */
export const lookAtClock = async (
  config: Config,
  { http, now }: { readonly http: Http; readonly now: () => number },
): Promise<readonly Finding[]> => {
  const before = now();
  const answer = await http.call({
    method: 'GET',
    url: `${config.slack.api_url.replace(/\/?$/, '/')}api.test`,
    timeoutMs,
    maxBytes: 65_536,
  });
  const took = now() - before;
  const date = answer.kind === 'answered' ? Date.parse(answer.headers['date'] ?? '') : Number.NaN;
  if (Number.isNaN(date)) return [finding('clock', 'unknown', 'Slack told no time to compare with')];
  return [clockFinding('Slack', date + 500 - (before + took / 2), took / 2 + 1_000)];
};
