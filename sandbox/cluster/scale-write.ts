import { z } from 'zod';
import type { SimRequest, SimResponse } from '../simulator/server.ts';
import { badRequest, conflict, invalidReplicas, ok, unprocessable, unsupportedMediaType } from './answers.ts';
import { writeReplicas } from './change.ts';
import { scaleOf } from './objects/statefulset.ts';
import { deniedBy } from './policy.ts';
import type { SetState, World } from './world.ts';

const ScaleBody = z.object({
  metadata: z.object({ name: z.string().optional(), resourceVersion: z.string().optional() }).optional(),
  spec: z.object({ replicas: z.int().optional() }).optional(),
});
const JsonPatch = z.array(
  z.object({ op: z.enum(['add', 'replace', 'test', 'remove']), path: z.string(), value: z.unknown() }),
);

/** What is asked of the scale: how many, and on which version (undefined: on any). */
type Wish =
  | { readonly ok: true; readonly replicas: number; readonly resourceVersion: string | undefined }
  | { readonly ok: false; readonly answer: SimResponse };

const resource = { group: 'apps', name: 'statefulsets' };
const refuse = (answer: SimResponse): Wish => ({ ok: false, answer });

/** PUT and PATCH of `statefulsets/<name>/scale`: compare-and-set where a resourceVersion is given. */
export const writeScale = (world: World, request: SimRequest, set: SetState): SimResponse => {
  const wish = request.method === 'PUT' ? fromPut(request, set) : fromPatch(request, set);
  if (!wish.ok) return wish.answer;
  const { name } = set.spec;
  if (wish.replicas < 0) return invalidReplicas(name, wish.replicas);
  if (wish.resourceVersion && wish.resourceVersion !== String(set.resourceVersion)) {
    return conflict(resource, name);
  }
  const denied = deniedBy(world, set, wish.replicas);
  if (denied) return denied;
  if (request.query.getAll('dryRun').includes('All')) return ok(scaleOf(set, wish.replicas));
  const manager = request.query.get('fieldManager') ?? managerOf(request.headers['user-agent']);
  writeReplicas(world, set, wish.replicas, { manager, subresource: true });
  return ok(scaleOf(set));
};

/** Without a field manager it is the beginning of the user agent. */
const managerOf = (userAgent: string | undefined): string => (userAgent ?? 'unknown').split('/', 1)[0] ?? '';

const parse = <T>(schema: z.ZodType<T>, body: string): T | undefined => {
  try {
    return schema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
};

const fromPut = (request: SimRequest, set: SetState): Wish => {
  const body = parse(ScaleBody, request.body);
  if (!body) return refuse(badRequest('the object provided is unrecognized (must be of type Scale)'));
  const named = body.metadata?.name;
  if (!named) {
    return refuse(
      badRequest(
        `the name of the object (${set.spec.name} based on URL) was undeterminable: name must be provided`,
      ),
    );
  }
  if (named !== set.spec.name) {
    return refuse(
      badRequest(`the name of the object (${named}) does not match the name on the URL (${set.spec.name})`),
    );
  }
  return { ok: true, replicas: body.spec?.replicas ?? 0, resourceVersion: body.metadata?.resourceVersion };
};

const fromPatch = (request: SimRequest, set: SetState): Wish => {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? '';
  switch (type) {
    case 'application/merge-patch+json': {
      const body = parse(ScaleBody, request.body);
      if (!body) return refuse(badRequest('error decoding patch'));
      return {
        ok: true,
        replicas: body.spec?.replicas ?? set.replicas,
        resourceVersion: body.metadata?.resourceVersion,
      };
    }
    case 'application/json-patch+json':
      return fromJsonPatch(request, set);
    default:
      return refuse(unsupportedMediaType);
  }
};

const fromJsonPatch = (request: SimRequest, set: SetState): Wish => {
  const operations = parse(JsonPatch, request.body);
  if (!operations) {
    return refuse(
      badRequest(
        'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
      ),
    );
  }
  let { replicas } = set;
  let resourceVersion: string | undefined;
  for (const { op, path, value } of operations) {
    if (path === '/metadata/resourceVersion') resourceVersion = String(value);
    else if (path !== '/spec/replicas') return refuse(unprocessable);
    else if (op === 'test' && value !== replicas) {
      return refuse(unprocessable);
    } else if (op !== 'test') replicas = Number(value ?? 0);
  }
  return { ok: true, replicas, resourceVersion };
};
