import { isObject } from '../../core/json.ts';
import { actionKind } from '../../routes/actions.ts';
import { ActionSchema, type RouteConfig, RouteSchema } from '../schema/route-schema.ts';
import { wellFormed } from './well-formed.ts';

type Action = RouteConfig['actions'][number];

/** One action of the list as it is in the file. */
export interface ReadAction {
  /** Its place in the list. */
  readonly index: number;
  /** Undefined: nobody can tell what was meant. */
  readonly kind: ReturnType<typeof actionKind> | undefined;
  /** What of it can be read; undefined: nothing. */
  readonly action: Action | undefined;
}

/** A route as far as it can be read: what is wrong in it by itself is told elsewhere, and hides nothing else. */
export interface ReadRoute extends Omit<RouteConfig, 'actions' | 'name'> {
  /** Undefined: it has none that is one. */
  readonly name: string | undefined;
  readonly actions: readonly ReadAction[];
  /** True: it opens a thread; undefined: an action that nobody can read might. */
  readonly opensThread: boolean | undefined;
  /** It takes every event that comes to it. */
  readonly takesAll: boolean;
}

const kinds = ['thread', 'ticket', 'api_task', 'pager', 'rebuild'] as const;

/** Undefined: it is no group of keys. */
export const readRoute = (route: unknown): ReadRoute | undefined => {
  if (!isObject(route)) return undefined;
  const { name, actions: written, ...keys } = route;
  // A name and an action of its own: neither is why it cannot be read.
  const rest = wellFormed(RouteSchema, { ...keys, name: 'x', actions: ['thread'] });
  if (!rest) return undefined;
  const list: unknown = written ?? ['thread'];
  const actions = Array.isArray(list) ? list.map(readAction) : [];
  const unclear = actions.length === 0 || actions.some(({ kind }) => kind === undefined);
  const opens = actions.some(({ kind }) => kind === 'thread');
  return {
    ...rest,
    name: RouteSchema.shape.name.safeParse(name).data,
    actions,
    opensThread: opens || (unclear ? undefined : false),
    takesAll: (route['type'] ?? undefined) === undefined && isNone(route['match']),
  };
};

const isNone = (match: unknown): boolean =>
  match === undefined || match === null || (Array.isArray(match) && match.length === 0);

const readAction = (written: unknown, index: number): ReadAction => {
  const action = wellFormed(ActionSchema, written);
  const meant = kinds.find((kind) => isObject(written) && Object.hasOwn(written, kind));
  return { index, action, kind: action === undefined ? meant : actionKind(action) };
};
