import type { ActionResult } from '../../../alerts/ports/ports.ts';
import type { JiraFault } from './jira-fault.ts';
import { type JiraKind, kindName, loginKeys } from './kind.ts';

export interface Attempted {
  readonly project: string;
  readonly issueType: string;
  readonly host: string;
  readonly kind: JiraKind;
}

type Failure = Extract<ActionResult, { ok: false }>;

/** A fault as the outcome of an action: what happened, what was not done, what to do next. */
export const explainJira = (fault: JiraFault, { project, issueType, host, kind }: Attempted): Failure => {
  const retry: Failure = {
    ok: false,
    retry: true,
    error: '',
    ...(fault.retryAfterMs !== undefined && { retryAfterMs: fault.retryAfterMs }),
  };
  const final: Failure = { ok: false, retry: false, error: '' };
  switch (fault.kind) {
    case 'not_sent':
      return { ...retry, error: `Jira cannot be reached: ${fault.says}. No ticket was raised.` };
    case 'limited':
      return { ...retry, error: `Jira limits the rate of calls (${fault.says}). No ticket was raised.` };
    case 'lost':
      return { ...retry, error: `Jira gave no answer: ${fault.says}. It is asked again.` };
    case 'broken':
      return { ...retry, error: `Jira failed: ${fault.says}. It is asked again.` };
    case 'unauthorised':
      return {
        ...final,
        error: `Jira does not accept the login (${fault.says}). No ticket was raised. Check ${loginKeys[kind]}; tokens expire.`,
      };
    case 'forbidden':
      return {
        ...final,
        error: `Jira does not allow this to farmhand’s account (${fault.says}). No ticket was raised. It needs Browse projects and Create issues in project ${project}.`,
      };
    case 'missing':
      return {
        ...final,
        error: `Jira does not know this address (${fault.says}). No ticket was raised. Check that jira.host (${host}) is a ${kindName[kind]} site, with its context path if it has one.`,
      };
    case 'moved':
      return {
        ...final,
        error: `Jira answered with a redirect (${fault.says}). No ticket was raised. Redirects are not followed: check that jira.host (${host}) is the site’s own address.`,
      };
    case 'refused':
      return {
        ...final,
        error: `Jira refused the ticket in project ${project} (${fault.says}). No ticket was raised. The issue type ${issueType} must have Summary, Description and Labels on its create screen, and no other required field without a default.`,
      };
    default:
      return fault.kind satisfies never;
  }
};
