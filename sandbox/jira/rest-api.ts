import type { SimRequest, SimResponse } from '../simulator/server.ts';
import { fail, onIssue, type Route } from './route.ts';
import { attach } from './routes/attachment-routes.ts';
import { addComment, listComments } from './routes/comment-routes.ts';
import { create, edit, getIssue, transition } from './routes/issue-routes.ts';
import { linkIssues, linkPage } from './routes/link-routes.ts';
import { myPermissions, projectFields, projectTypes } from './routes/project-routes.ts';
import { transitionsJson, userJson } from './routes/render.ts';
import { removed, search } from './routes/search-routes.ts';
import type { World } from './world.ts';

/** Jira Cloud's REST API v3, the part of it that farmhand uses. Login is asked for before anything else. */
export const restApi = (world: World, request: SimRequest): SimResponse => {
  const { email, token } = world.account;
  const login = `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`;
  if (request.headers['authorization'] !== login) {
    return {
      status: 401,
      headers: { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED', 'www-authenticate': 'OAuth realm="local"' },
      json: { message: 'Client must be authenticated to access this resource.', 'status-code': 401 },
    };
  }
  const path = request.path.replace(/^\/rest\/api\/3/, '');
  const wanted = attachments.test(path) ? /^multipart\/form-data\b/ : /^application\/json\b/;
  if (request.method !== 'GET' && !wanted.test(request.headers['content-type'] ?? '')) {
    return { status: 415, json: { message: 'Unsupported Media Type' } };
  }
  for (const [method, pattern, handle] of routes) {
    const found = method === request.method ? pattern.exec(path) : null;
    if (found) return handle(world, request, found.slice(1).map(decodeURIComponent));
  }
  return { status: 404, json: { message: `null for uri: ${request.path}`, 'status-code': 404 } };
};

const attachments = /^\/issue\/([^/]+)\/attachments$/;

const routes: readonly Route[] = [
  ['GET', /^\/myself$/, (world) => ({ status: 200, json: userJson(world, world.account.name) })],
  ['GET', /^\/mypermissions$/, myPermissions],
  ['GET', /^\/issue\/createmeta\/([^/]+)\/issuetypes$/, projectTypes],
  ['GET', /^\/issue\/createmeta\/([^/]+)\/issuetypes\/([^/]+)$/, projectFields],
  ['POST', /^\/issue$/, create],
  ['POST', /^\/search\/jql$/, search],
  ['GET', /^\/search$/, removed],
  ['POST', /^\/search$/, removed],
  ['POST', /^\/issueLink$/, linkIssues],
  ['GET', /^\/issue\/([^/]+)$/, getIssue],
  ['PUT', /^\/issue\/([^/]+)$/, edit],
  [
    'GET',
    /^\/issue\/([^/]+)\/transitions$/,
    onIssue((world, _request, issue) => ({ status: 200, json: transitionsJson(world, issue) })),
  ],
  ['POST', /^\/issue\/([^/]+)\/transitions$/, transition],
  [
    'GET',
    /^\/issue\/([^/]+)\/remotelink$/,
    onIssue((_world, _request, issue) => ({ status: 200, json: issue.remoteLinks })),
  ],
  ['POST', /^\/issue\/([^/]+)\/remotelink$/, linkPage],
  ['GET', /^\/issue\/([^/]+)\/comment$/, listComments],
  ['POST', /^\/issue\/([^/]+)\/comment$/, addComment],
  ['POST', attachments, attach],
  [
    'GET',
    /^\/issue\/([^/]+)\/properties\/farmhand$/,
    onIssue((_world, _request, issue) =>
      issue.properties['farmhand'] === undefined
        ? fail(404, 'The property farmhand does not exist.')
        : { status: 200, json: { key: 'farmhand', value: issue.properties['farmhand'] } },
    ),
  ],
];
