import type { TicketResult } from '../../../rebuild/ports/ports.ts';
import type { JiraFault } from './jira-fault.ts';
import { type JiraKind, loginKeys } from './kind.ts';

/** What a person must put right is tried again this often; ms. */
const retryRefusedEvery = 120_000;

/**
 * A fault as the outcome of a comment. Only what Jira understood and refused is given up: evidence is kept through
 * an expired token, a lost permission or a wrong address until somebody has put it right.
 */
export const explainComment = (
  fault: JiraFault,
  ticket: string,
  { host, kind }: { readonly host: string; readonly kind: JiraKind },
): TicketResult => {
  const { says, retryAfterMs } = fault;
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  const onceFixed = { ok: false, kind: 'retry', retryAfterMs: retryRefusedEvery } as const;
  switch (fault.kind) {
    case 'not_sent':
      return { ok: false, kind: 'retry', ...wait, error: `Jira cannot be reached: ${says}` };
    case 'limited':
      return { ok: false, kind: 'retry', ...wait, error: `Jira limits the rate of calls (${says})` };
    case 'lost':
      return { ok: false, kind: 'unknown', ...wait, error: `Jira gave no answer: ${says}` };
    case 'broken':
      return { ok: false, kind: 'unknown', ...wait, error: `Jira failed: ${says}` };
    case 'unauthorised':
      return {
        ...onceFixed,
        error: `Jira does not accept the login (${says}). Check ${loginKeys[kind]}; tokens expire.`,
      };
    case 'forbidden':
      return {
        ...onceFixed,
        error: `Jira does not let farmhand’s account comment on ${ticket} (${says}). It needs Browse projects, Add comments and Create attachments.`,
      };
    case 'moved':
      return {
        ...onceFixed,
        error: `Jira answered with a redirect (${says}). Redirects are not followed: check that jira.host (${host}) is the site’s own address.`,
      };
    case 'missing':
      return {
        ok: false,
        kind: 'refused',
        error: `Jira knows no ticket ${ticket}, or does not show it to farmhand’s account (${says}).`,
      };
    case 'refused':
      return { ok: false, kind: 'refused', error: `Jira refused the comment on ${ticket} (${says}).` };
    default:
      return fault.kind satisfies never;
  }
};
