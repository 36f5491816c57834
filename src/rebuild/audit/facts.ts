import { type AuditFacts, type AuditObject, actorOf, auditTime } from '../../audit/record.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { currentStep } from '../model/record.ts';
import { openGlass } from '../model/rules/controlled.ts';

/** What a record of the audit is about. */
export const objectOf = ({ id, plan }: Rebuild): AuditObject => ({
  kind: 'rebuild',
  id,
  instance: plan.instance.name,
});

/** Where it stood. */
export const correlationOf = (rebuild: Rebuild): AuditFacts => ({
  version: rebuild.version,
  step: currentStep(rebuild)?.name,
  phase: rebuild.phase,
  // Whatever is done while it is open is done under it.
  glass: openGlass(rebuild)?.n,
});

/** Why, by which plan, and who approved it. */
export const evidenceOf = ({ ticket, alert, plan, approval }: Rebuild, reason: string | undefined) => ({
  why: {
    ...(reason !== undefined && reason !== '' && { reason }),
    ...(ticket.key !== undefined && { ticket: ticket.key }),
    ...(plan.change !== undefined && { change_request: plan.change }),
    ...(alert !== undefined && { alert }),
  },
  plan_hash: plan.hash,
  ...(approval && {
    approval: [
      {
        by: actorOf(approval.by),
        time_utc: auditTime(approval.at),
        ...(approval.hash !== undefined && { hash: approval.hash }),
      },
    ],
  }),
});
