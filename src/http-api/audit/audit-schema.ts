import { z } from 'zod';
import { type AuditType, auditCatalogue } from '../../audit/catalogue.ts';
import { apiSchemas, momentView } from '../shared/schema.ts';

// Its own keys.
export const auditTypes = Object.keys(auditCatalogue) as AuditType[];

const ActorView = z.looseObject({
  id: z.string().describe('Slack user id, `api`, `cli:<user>`, or `farmhand` itself'),
  name: z.string().optional(),
});
const facts = z.record(z.string(), z.unknown());

/** A record as it is chained, so with whatever fields it has: docs/audit.md says what each is. */
const AuditRecordView = z
  .looseObject({
    seq: z.int().positive().describe('Without gaps'),
    prev_hash: z.string().describe('SHA-256 of the record before'),
    hash: z.string().describe('SHA-256 of the canonical JSON (RFC 8785) of this record without `hash`'),
    type: z.enum(auditTypes),
    time_utc: momentView,
    outcome: z.enum(['intended', 'done', 'already', 'held', 'refused', 'denied', 'failed', 'unknown']),
    actor: ActorView,
    on_behalf_of: ActorView.optional(),
    object: z.looseObject({ kind: z.string(), id: z.string(), instance: z.string().optional() }),
    action_id: z.string().optional().describe('Joins the intent of a change with its outcome'),
    command: facts.optional(),
    before: facts.optional(),
    after: facts.optional(),
    error: z.string().optional(),
  })
  .describe('docs/audit.md lists all fields; in NDJSON it is the very line that was chained')
  .register(apiSchemas, { id: 'AuditRecord' });

export const AuditPageView = z
  .strictObject({
    records: z.array(AuditRecordView).describe('The oldest first'),
    next: z
      .string()
      .optional()
      .describe(
        'Pass it as `cursor` for the next page; absent on the last. A page before may be short, or empty',
      ),
    head: z
      .strictObject({ seq: z.int().nonnegative(), hash: z.string() })
      .describe('The last record of the chain at that moment: a checkpoint worth keeping elsewhere'),
  })
  .register(apiSchemas, { id: 'AuditPage' });

export type AuditPageView = z.infer<typeof AuditPageView>;
