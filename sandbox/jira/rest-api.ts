import type { SimRequest, SimResponse } from '../simulator/server.ts';
import { fail, onIssue, type Route } from './route.ts';
import { attach } from './routes/attachment-routes.ts';
import { addComment, listComments } from './routes/comment-routes.ts';
import { listHistory } from './routes/history-routes.ts';
import { create, edit, getIssue, transition } from './routes/issue-routes.ts';
import { linkIssues, linkPage } from './routes/link-routes.ts';
import { myPermissions, projectFields, projectTypes } from './routes/project-routes.ts';
import { transitionsJson, userJson } from './routes/render.ts';
import { oldSearch, removed, search } from './routes/search-routes.ts';
import { notLoggedIn, serverInfo, tooManyCalls } from './site-routes.ts';
import { apiPath, type SiteKind, type World } from './world.ts';

/**
 * The REST API of Jira Cloud (v3) or of Jira Data Center (v2), the part of it that farmhand uses. Login is asked for
 * before anything else, but for what everybody may know.
 */
export const restApi = (world: World, request: SimRequest): SimResponse => {
  if (world.limited > 0) {
    world.limited--;
    return tooManyCalls(world);
  }
  if (request.method === 'GET' && /^\/rest\/api\/(2|latest)\/serverInfo$/.test(request.path)) {
    return serverInfo(world, request, []);
  }
  const { authorization } = request.headers;
  if (world.expired || authorization !== loginOf(world)) return notLoggedIn(world);
  const api = apiPath(world);
  if (!request.path.startsWith(`${api}/`)) {
    return { status: 404, body: `<html><body>Oops, ${world.kind} has no such page.</body></html>` };
  }
  const path = request.path.slice(api.length);
  const wanted = attachments.test(path) ? /^multipart\/form-data\b/ : /^application\/json\b/;
  if (request.method !== 'GET' && !wanted.test(request.headers['content-type'] ?? '')) {
    return { status: 415, json: { message: 'Unsupported Media Type' } };
  }
  for (const [method, pattern, handle] of [...searches[world.kind], ...routes]) {
    const found = method === request.method ? pattern.exec(path) : null;
    if (found) return handle(world, request, found.slice(1).map(decodeURIComponent));
  }
  return { status: 404, json: { message: `null for uri: ${request.path}`, 'status-code': 404 } };
};

const loginOf = ({ kind, account: { email, token } }: World): string =>
  kind === 'cloud' ? `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}` : `Bearer ${token}`;

const searches: Readonly<Record<SiteKind, readonly Route[]>> = {
  cloud: [
    ['POST', /^\/search\/jql$/, search],
    ['GET', /^\/search$/, removed],
    ['POST', /^\/search$/, removed],
    ['GET', /^\/issue\/([^/]+)\/changelog$/, listHistory],
  ],
  data_center: [['POST', /^\/search$/, oldSearch]],
};

const attachments = /^\/issue\/([^/]+)\/attachments$/;

const routes: readonly Route[] = [
  ['GET', /^\/myself$/, (world) => ({ status: 200, json: userJson(world, world.account.name) })],
  ['GET', /^\/mypermissions$/, myPermissions],
  ['GET', /^\/issue\/createmeta\/([^/]+)\/issuetypes$/, projectTypes],
  ['GET', /^\/issue\/createmeta\/([^/]+)\/issuetypes\/([^/]+)$/, projectFields],
  ['POST', /^\/issue$/, create],
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
