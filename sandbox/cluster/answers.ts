import type { SimResponse } from '../simulator/server.ts';

/** A kind of object, as the API's paths, messages and bodies name it. */
export interface Resource {
  /** '' for the core group. */
  readonly group: string;
  /** Plural. */
  readonly name: string;
}

/** `statefulsets.apps`, as messages say it. */
const qualified = ({ group, name }: Resource): string => (group === '' ? name : `${name}.${group}`);

const failure = (
  code: number,
  reason: string,
  message: string,
  details?: Readonly<Record<string, unknown>>,
): SimResponse => ({
  status: code,
  json: {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details && { details }),
    code,
  },
});

export const ok = (json: unknown): SimResponse => ({ status: 200, json });

export const noSuchPath: SimResponse = {
  status: 404,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: '404 page not found\n',
};

export const unauthorized = failure(401, 'Unauthorized', 'Unauthorized');

export const notFound = (resource: Resource, name: string): SimResponse =>
  failure(404, 'NotFound', `${qualified(resource)} "${name}" not found`, {
    name,
    ...(resource.group !== '' && { group: resource.group }),
    kind: resource.name,
  });

export const conflict = (resource: Resource, name: string): SimResponse =>
  failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(resource)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    { name, group: resource.group, kind: resource.name },
  );

export interface Attempt extends Resource {
  readonly verb: string;
  readonly user: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly object?: string;
}

export const forbidden = (attempt: Attempt): SimResponse => {
  const { verb, user, group, name, subresource, namespace, object } = attempt;
  const named = object === undefined ? '' : ` "${object}"`;
  const full = subresource === undefined ? name : `${name}/${subresource}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return failure(
    403,
    'Forbidden',
    `${qualified(attempt)}${named} is forbidden: User "${user}" cannot ${verb} resource "${full}" in API group "${group}" ${where}`,
    { ...(object !== undefined && { name: object }), ...(group !== '' && { group }), kind: name },
  );
};

export const badRequest = (message: string): SimResponse => failure(400, 'BadRequest', message);

/** A JSON Patch that cannot be applied: the API does not say what is wrong with it. */
export const unprocessable = failure(
  422,
  'Invalid',
  'the server rejected our request due to an error in our request',
  {},
);

export const unsupportedMediaType = failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});

/** `spec.replicas` below zero, as the Scale's validation says it. */
export const invalidReplicas = (name: string, replicas: number): SimResponse => {
  const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
  return failure(422, 'Invalid', `Scale.autoscaling "${name}" is invalid: spec.replicas: ${message}`, {
    name,
    group: 'autoscaling',
    kind: 'Scale',
    causes: [{ reason: 'FieldValueInvalid', message, field: 'spec.replicas' }],
  });
};
