import type { SimRequest, SimResponse } from '../simulator/server.ts';
import { accessReview, isForbidden, rulesReview } from './access.ts';
import { forbidden, noSuchPath, notFound, ok, unauthorized } from './answers.ts';
import { settle } from './controller.ts';
import { list } from './objects/meta.ts';
import { type Kind, kinds } from './resources.ts';
import { keyOf, namespacesOf, type World } from './world.ts';

/** Answers as kube-apiserver does, for the part of its API that farmhand uses. */
export const clusterApi = (world: World, request: SimRequest): SimResponse => {
  settle(world);
  const open = openPath(request);
  if (open) return open;
  if (request.headers['authorization'] !== `Bearer ${world.token}`) return unauthorized;
  if (request.method === 'POST') {
    if (request.path === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') {
      return accessReview(world, request);
    }
    if (request.path === '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews') {
      return rulesReview(world, request);
    }
  }
  return onResource(world, request);
};

/** Served to everybody (system:public-info-viewer). */
const openPath = ({ method, path }: SimRequest): SimResponse | undefined => {
  if (method !== 'GET') return undefined;
  if (path === '/version')
    return ok({ major: '1', minor: '37', gitVersion: 'v1.37.2', platform: 'linux/amd64' });
  if (path === '/readyz' || path === '/livez' || path === '/healthz') return { status: 200, body: 'ok' };
  return undefined;
};

const pathForm =
  /^\/(?:api\/v1|apis\/(?<group>[^/]+)\/(?<version>[^/]+))(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<name>[^/]+)(?:\/(?<object>[^/]+)(?:\/(?<subresource>[^/]+))?)?$/;

const verbOf = (method: string, object: string | undefined): string => {
  if (method === 'GET') return object === undefined ? 'list' : 'get';
  return { PUT: 'update', PATCH: 'patch', POST: 'create', DELETE: 'delete' }[method] ?? method.toLowerCase();
};

const onResource = (world: World, request: SimRequest): SimResponse => {
  if (request.path === '/api/v1/namespaces') return namespaces(world);
  const parts = pathForm.exec(request.path)?.groups;
  const group = parts?.['group'] ?? '';
  const name = parts?.['name'] ?? '';
  const kind = kinds.find((each) => each.group === group && each.name === name);
  if (!parts || !kind || (parts['version'] ?? 'v1') !== kind.version) return noSuchPath;
  const [namespace, object, subresource] = ['namespace', 'object', 'subresource'].map((part) =>
    parts[part] === undefined ? undefined : decodeURIComponent(parts[part]),
  );
  const verb = verbOf(request.method, object);
  if (isForbidden(world, verb, name, subresource)) {
    return forbidden({
      verb,
      user: world.user,
      group,
      name,
      ...(subresource !== undefined && { subresource }),
      ...(namespace !== undefined && { namespace }),
      ...(object !== undefined && { object }),
    });
  }
  if (subresource !== undefined) {
    const handle = object === undefined ? undefined : kind.subresources?.[`${verb} ${subresource}`];
    return handle?.(world, request, namespace ?? '', object ?? '') ?? noSuchPath;
  }
  if (verb === 'list') return ok(listed(world, kind, namespace, request));
  const key = keyOf(namespace ?? '', object ?? '');
  const found = kind.items(world).find((each) => each.key === key);
  if (verb === 'patch' && object !== undefined) {
    if (!found) return notFound(kind, object);
    return kind.patch?.(world, request, key) ?? { ...noSuchPath, status: 405 };
  }
  if (verb !== 'get' || object === undefined) return { ...noSuchPath, status: 405 };
  return found ? ok(withKind(kind, found.object)) : notFound(kind, object);
};

const withKind = (kind: Kind, object: unknown): unknown =>
  Object.assign({ kind: kind.kind, apiVersion: apiVersion(kind) }, object);

/** The items of a list do not repeat what they are. */
const withoutKind = (object: unknown): unknown =>
  Object.assign({}, object, { kind: undefined, apiVersion: undefined });

const apiVersion = (kind: Kind): string =>
  kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;

const listed = (world: World, kind: Kind, namespace: string | undefined, request: SimRequest): unknown => {
  const labels = request.query.get('labelSelector') ?? '';
  const fields = request.query.get('fieldSelector') ?? '';
  const items = kind
    .items(world)
    .filter((each) => namespace === undefined || each.key.startsWith(`${namespace}/`))
    .filter((each) => each.matches(labels, fields));
  return list(
    `${kind.kind}List`,
    apiVersion(kind),
    world.resourceVersion,
    items.map(({ object }) => withoutKind(object)),
  );
};

const namespaces = (world: World): SimResponse =>
  ok(
    list(
      'NamespaceList',
      'v1',
      world.resourceVersion,
      namespacesOf(world).map((name) => ({ metadata: { name }, status: { phase: 'Active' } })),
    ),
  );
