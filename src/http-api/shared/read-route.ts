import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Secret } from '../../config/schema/secret.ts';
import { DeadlinePassed, withDeadline } from '../../core/deadline.ts';
import { bearer, type TokenSetting } from './auth.ts';
import { HttpRefusal, storeUnavailable } from './refusal.ts';

/** Under the two seconds in which an operator is told that the store is away. */
const deadlineMs = 1_800;

export interface ReadRequest {
  /** Of the path; empty where it has none. */
  readonly id: string;
  readonly query: URLSearchParams;
  readonly request: Pick<FastifyRequest, 'id' | 'ip' | 'headers'>;
  readonly reply: Pick<FastifyReply, 'header' | 'type'>;
}

/** Adds routes that read, behind one token. `source` is absent in a role that answers no queries: the endpoint says so. */
export const readRoutes = <S>(
  app: FastifyInstance,
  options: {
    readonly source: S | undefined;
    readonly token: Secret | undefined;
    readonly setting: TokenSetting;
  },
) => {
  const authorise = bearer(options.token, options.setting);
  return <T>(url: string, answer: (source: S, asked: ReadRequest) => Promise<T>) =>
    app.route<{ Params: { id?: string } }>({
      method: 'GET',
      url,
      onRequest: async (request) => authorise(request.headers.authorization),
      handler: async (request, reply) => {
        const { source } = options;
        if (source === undefined) throw notHere;
        const query = new URLSearchParams(request.url.split('?').slice(1).join('?'));
        const asked = { id: request.params.id ?? '', query, request, reply };
        try {
          return await withDeadline(deadlineMs, () => answer(source, asked));
        } catch (error) {
          throw error instanceof DeadlinePassed ? storeUnavailable('read', error) : error;
        }
      },
    });
};

const notHere = new HttpRefusal(
  403,
  'endpoint_off',
  'This process answers no queries: its role has no API. Nothing was read.',
  'Ask a process with the role api or all.',
);
