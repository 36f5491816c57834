import type { TicketResult } from '../../../rebuild/ports/ports.ts';
import { explainComment } from './explain-comment.ts';
import type { JiraFault } from './jira-fault.ts';
import type { JiraKind } from './kind.ts';

/**
 * A fault as the outcome of writing the description. Unlike a comment it is given up where the account may not edit:
 * what belongs there is in the comments and in the journal as well.
 */
export const explainDescription = (
  fault: JiraFault,
  ticket: string,
  config: { readonly host: string; readonly kind: JiraKind },
): TicketResult => {
  const { kind, says } = fault;
  if (kind === 'forbidden' || kind === 'refused') {
    return {
      ok: false,
      kind: 'refused',
      error: `Jira refused to change the description of ${ticket} (${says}). farmhand’s account needs Edit issues, and Description must be on the edit screen.`,
    };
  }
  return explainComment(fault, ticket, config);
};
