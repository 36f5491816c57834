import type { FastifyInstance } from 'fastify';
import { seesAll } from '../../access/tiers.ts';
import { type AuditReaderDeps, readAudit } from '../../audit/chain/reader.ts';
import type { AuditWish } from '../../audit/chain/wish.ts';
import type { Secret } from '../../config/schema/secret.ts';
import { given } from '../../core/json.ts';
import { bearer } from '../shared/auth.ts';
import { badQuery, readQuery } from '../shared/query-reader.ts';
import { readRoutes } from '../shared/read-route.ts';
import { auditTypes } from './audit-schema.ts';

export const auditDefaultLimit = 200;
export const auditMaxLimit = 1_000;
export const ndjson = 'application/x-ndjson';

/**
 * Records of the audit, for a token of its own. That somebody reads is on record before anything is read; where that
 * cannot be written, nothing is.
 */
export const auditRoutes = (
  app: FastifyInstance,
  { audit, token }: { readonly audit: AuditReaderDeps | undefined; readonly token: Secret | undefined },
): void => {
  const setting = 'http.audit_token';
  const check = bearer(token, setting);
  const get = readRoutes(app, {
    source: audit,
    authorise: (authorization) => {
      check(authorization);
      return seesAll;
    },
  });
  get('/v1/audit', async (deps, { query, request, reply }) => {
    const { wish, from, limit } = askedIn(query);
    const reading = {
      actor: { id: 'api', name: setting },
      where: { client: 'api' as const },
      how: 'GET /v1/audit',
      correlation: { request: request.id, address: request.ip },
    };
    const { lines, next, head } = await readAudit(deps, reading, wish, { from, limit });
    if (!request.headers.accept?.toLowerCase().includes(ndjson)) {
      const records = lines.map((line): unknown => JSON.parse(line));
      return { records, ...(next !== undefined && { next: String(next) }), head };
    }
    if (next !== undefined) reply.header('x-next-cursor', String(next));
    reply.header('x-audit-head', `${head.seq} ${head.hash}`).type(ndjson);
    return lines.map((line) => `${line}\n`).join('');
  });
};

const known = ['rebuild', 'instance', 'alert', 'actor', 'type', 'since', 'until', 'limit', 'cursor'] as const;

/** @throws HttpRefusal with every problem of the query */
const askedIn = (query: URLSearchParams) => {
  const { text, one, moment, limit, problem, problems } = readQuery(query, known);
  const cursor = text('cursor');
  if (cursor !== undefined && !/^[1-9]\d{0,14}$/.test(cursor)) {
    problem('cursor', 'is none of this API; pass `next` of the answer before on unchanged');
  }
  const wish: AuditWish = given({
    rebuild: text('rebuild'),
    instance: text('instance'),
    alert: text('alert'),
    actor: text('actor'),
    type: one('type', auditTypes),
    from: moment('since'),
    to: moment('until'),
  });
  const asked = {
    wish,
    from: cursor === undefined ? undefined : Number(cursor),
    limit: limit(auditDefaultLimit, auditMaxLimit),
  };
  if (problems.length > 0) throw badQuery(problems);
  return asked;
};
