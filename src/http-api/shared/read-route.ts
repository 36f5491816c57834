import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Sight } from '../../access/tiers.ts';
import { DeadlinePassed, withDeadline } from '../../core/deadline.ts';
import { HttpRefusal, storeUnavailable } from './refusal.ts';

/** Under the two seconds in which an operator is told that the store is away. */
const deadlineMs = 1_800;

export interface ReadRequest {
  /** Of the path; empty where it has none. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** What of the records this reader sees. */
  readonly sight: Sight;
  readonly request: Pick<FastifyRequest, 'id' | 'ip' | 'headers'>;
  readonly reply: Pick<FastifyReply, 'header' | 'type'>;
}

export type Authorise = (authorization: string | undefined) => Sight;

/** Adds routes that read, behind one token. `source` is absent in a role that answers no queries: the endpoint says so. */
export const readRoutes = <S>(
  app: FastifyInstance,
  options: {
    readonly source: S | undefined;
    /** Whether `Authorization` may read, and what. @throws HttpRefusal */
    readonly authorise: Authorise;
  },
) => {
  const { authorise } = options;
  return <T>(url: string, answer: (source: S, asked: ReadRequest) => Promise<T>) =>
    app.route<{ Params: { id?: string } }>({
      method: 'GET',
      url,
      onRequest: async (request) => {
        if (options.source === undefined) throw notHere;
        request.sight = authorise(request.headers.authorization);
      },
      handler: async (request, reply) => {
        const { source } = options;
        if (source === undefined) throw notHere;
        const query = new URLSearchParams(request.url.split('?').slice(1).join('?'));
        const { sight } = request;
        const asked = { id: request.params.id ?? '', query, sight, request, reply };
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

declare module 'fastify' {
  interface FastifyRequest {
    /** Of one that reads, once its token is known. */
    sight: Sight;
  }
}
