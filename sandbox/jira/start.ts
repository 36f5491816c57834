import { randomUUID } from 'node:crypto';
import { type SimRequest, type SimResponse, type Simulator, startSimulator } from '../simulator/server.ts';
import { isPicture, issuePage, listPage, missingPage } from './pages/pages.ts';
import { type JiraPeople, peopleOf } from './people.ts';
import { restApi } from './rest-api.ts';
import { findIssue, type Issue, type ProjectInput, projectOf, type SiteKind, type World } from './world.ts';

export interface JiraSandbox extends Simulator {
  readonly kind: SiteKind;
  readonly email: string;
  /** API token of the account, or its personal access token. */
  readonly token: string;
  issues(): readonly Issue[];
  /** How long the search does not show a new issue, ms; 0 at the start. */
  setIndexDelay(ms: number): void;
  /** Permissions the account does not have, such as `LINK_ISSUES`. */
  setLacking(permissions: readonly string[]): void;
  /** The token is not valid any more, or is again. */
  setExpired(expired: boolean): void;
  /** So many calls from now on are answered with 429. */
  limit(calls: number): void;
  /** Where its workflow leads from a status: `{ Done: ['To Do'] }`. */
  setWays(ways: Readonly<Record<string, readonly string[]>>): void;
  /** What the transition to a status is called: `{ 'To Do': 'Reopen' }`. */
  setNames(names: Readonly<Record<string, string>>): void;
  readonly people: JiraPeople;
  /** Fields that a transition asks for, by the name of the status it leads to: `{ Done: ['Resolution'] }`. */
  setAsked(fields: Readonly<Record<string, readonly string[]>>): void;
}

/**
 * A small Jira on loopback: Cloud (REST v3, ADF, e-mail and token), or Data Center (REST v2, wiki text, personal access
 * token, a context path), as far as farmhand uses it and as strict as the real one; and pages where the tickets can be
 * read: `/` and `/browse/{key}`. Kept in memory.
 */
export const startJira = async (
  options: {
    readonly kind?: SiteKind;
    /** Default: `/jira` for Data Center, none for Cloud. */
    readonly contextPath?: string;
    readonly port?: number;
    readonly projects?: readonly ProjectInput[];
    readonly indexDelay?: number;
    readonly now?: () => number;
  } = {},
): Promise<JiraSandbox> => {
  const { kind = 'cloud' } = options;
  const { contextPath = kind === 'cloud' ? '' : '/jira' } = options;
  const account = {
    email: 'farmhand@example.com',
    token: kind === 'cloud' ? 'local-jira-token' : 'bG9jYWwtamlyYTpwYXQtMGYxZTJkM2M',
    name: 'farmhand',
  };
  let baseUrl = '';
  const world: World = {
    kind,
    baseUrl: () => baseUrl,
    account,
    now: options.now ?? Date.now,
    projects: (options.projects ?? [{ key: 'OPS', name: 'Operations' }]).map(projectOf),
    issues: [],
    links: [],
    indexDelay: options.indexDelay ?? 0,
    lacking: [],
    expired: false,
    limited: 0,
    asked: {},
    ways: {},
    names: {},
    removed: 0,
    nextId: 10_001,
  };
  const simulator = await startSimulator({
    ...(options.port !== undefined && { port: options.port }),
    handler: (request) => under(contextPath, request, (inner) => answer(world, inner)),
    isPage: (path) => !path.startsWith(`${contextPath}/rest/`),
  });
  baseUrl = simulator.url + contextPath;
  return {
    ...simulator,
    url: baseUrl,
    kind,
    email: account.email,
    token: account.token,
    issues: () => world.issues,
    setIndexDelay: (ms) => {
      world.indexDelay = ms;
    },
    setLacking: (permissions) => {
      world.lacking = permissions;
    },
    setExpired: (expired) => {
      world.expired = expired;
    },
    limit: (calls) => {
      world.limited = calls;
    },
    people: peopleOf(world),
    setWays: (ways) => {
      world.ways = ways;
    },
    setNames: (names) => {
      world.names = names;
    },
    setAsked: (fields) => {
      world.asked = fields;
    },
  };
};

/** What is asked under the context path, without it; a person at the top is led there. */
const under = (
  contextPath: string,
  request: SimRequest,
  handle: (request: SimRequest) => SimResponse,
): SimResponse => {
  if (contextPath === '') return handle(request);
  if (request.path === '/') return { status: 302, headers: { location: `${contextPath}/` } };
  if (!request.path.startsWith(`${contextPath}/`)) return { status: 404, body: 'Not found\n' };
  return handle({ ...request, path: request.path.slice(contextPath.length) });
};

const answer = (world: World, request: SimRequest): SimResponse => {
  if (request.path.startsWith('/rest/')) {
    const response = restApi(world, request);
    const trace = randomUUID();
    return {
      ...response,
      headers: {
        'atl-traceid': trace.replaceAll('-', ''),
        'x-arequestid': trace,
        'cache-control': 'no-cache, no-store, no-transform',
        ...response.headers,
      },
    };
  }
  if (request.method !== 'GET') return { status: 405, body: 'Pages can only be read.\n' };
  if (request.path === '/') return html(200, listPage(world));
  const file = /^\/secure\/attachment\/(\d+)\//.exec(request.path)?.[1];
  if (file !== undefined) return attachmentFile(world, file);
  const key = /^\/browse\/([A-Za-z0-9_]+-\d+)$/.exec(request.path)?.[1];
  const issue = key === undefined ? undefined : findIssue(world, key);
  return issue ? html(200, issuePage(world, issue)) : html(404, missingPage(world));
};

/** A picture is shown; anything else is only saved, whatever it says it is. */
const attachmentFile = (world: World, id: string): SimResponse => {
  const found = world.issues.flatMap(({ attachments }) => attachments).find((one) => one.id === id);
  if (!found) return html(404, missingPage(world));
  return {
    status: 200,
    headers: {
      'content-type': isPicture(found) ? 'image/png' : 'application/octet-stream',
      'content-disposition': isPicture(found) ? 'inline' : 'attachment',
      'content-security-policy': "default-src 'none'; sandbox",
    },
    body: found.bytes,
  };
};

/** Nothing but the page's own style and its own pictures may load or run, whatever is in a ticket. */
const html = (status: number, body: string): SimResponse => ({
  status,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
  },
  body,
});
