import { z } from 'zod';
import type { Problem } from '../../../core/errors.ts';
import { withoutNulls } from '../../../core/json.ts';
import type { Http } from '../../http-client/call.ts';
import { readAnswer } from './answer.ts';
import type { JiraConfig } from './jira-api.ts';
import { JiraFault } from './jira-fault.ts';
import { type JiraKind, kindName } from './kind.ts';
import { siteUrl } from './site-url.ts';

/** What a Jira says of itself to everybody. Data Center calls itself `Server`. */
const ServerInfo = z.object({
  baseUrl: z.string().optional(),
  version: z.string().optional(),
  deploymentType: z.string().optional(),
});
export type SiteInfo = z.infer<typeof ServerInfo>;

/**
 * Which Jira answers there: asked in the way that both kinds know, and without the login, which is for one of them only.
 * Undefined where it does not tell.
 */
export const askSite = async (
  config: JiraConfig,
  http: Http,
  now: () => number,
): Promise<SiteInfo | undefined> => {
  const outcome = await http.call({
    method: 'GET',
    url: siteUrl(config.host, '/rest/api/2/serverInfo'),
    timeoutMs: config.timeout,
    maxBytes: 1024 * 1024,
  });
  try {
    return ServerInfo.safeParse(withoutNulls(readAnswer(outcome, now()))).data;
  } catch (error) {
    if (error instanceof JiraFault && !error.retryable) return undefined;
    throw error;
  }
};

const kindOf = ({ deploymentType }: SiteInfo): JiraKind | undefined => {
  if (deploymentType === undefined) return undefined;
  return /^cloud$/i.test(deploymentType) ? 'cloud' : 'data_center';
};

/** The kind that is configured is not the kind that answers. */
export const siteProblem = (site: SiteInfo | undefined, { kind, host }: JiraConfig): Problem | undefined => {
  const found = site && kindOf(site);
  if (!found || found === kind) return undefined;
  const version = site.version === undefined ? '' : ` ${site.version}`;
  const login =
    found === 'cloud'
      ? 'kind: cloud with jira.email and jira.api_token'
      : 'kind: data_center with jira.personal_access_token, and without jira.email and jira.api_token';
  return {
    path: 'jira.kind',
    message: `is ${kind}, but ${host} is ${kindName[found]}${version}, as it says itself; write ${login}`,
  };
};

/** Links of tickets lead to `jira.host`: people may know the site by another address. */
export const addressWarnings = (site: SiteInfo | undefined, { host }: JiraConfig): Problem[] => {
  const base = site?.baseUrl?.replace(/\/+$/, '');
  if (base === undefined || base === '' || base.toLowerCase() === host.replace(/\/+$/, '').toLowerCase())
    return [];
  return [
    {
      path: 'jira.host',
      message: `is ${host}, and the site calls itself ${base}: links to tickets lead to the first`,
    },
  ];
};
