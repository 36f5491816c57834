import type { Here, Move } from './move.ts';

/** Nothing is touched before the ticket is there, and where the instance wants it, a second person’s approval. */
export const ticket = ({ rebuild }: Here): Move => {
  const { ticket: at, plan, approval } = rebuild;
  switch (at.state) {
    case 'wanted':
      return {
        kind: 'on',
        says: at.error === undefined ? 'the ticket is being made' : `waits for Jira: ${at.error}`,
      };
    case 'failed':
      return {
        kind: 'ask',
        says: 'no ticket',
        ask: {
          code: 'effect_failed',
          what: `The Jira ticket could not be made, and nothing is touched without one: ${at.error ?? 'Jira refused it'}`,
          options: ['Mend what Jira complains about, then retry', 'Or cancel; nothing was touched'],
        },
      };
    case 'open':
    case 'none':
      break;
    default:
      return at.state satisfies never;
  }
  if (plan.instance.approval && approval?.planHash !== plan.hash) {
    return {
      kind: 'ask',
      says: 'waits for the approval of a second person',
      ask: {
        code: 'approval',
        what: `${plan.instance.name} needs the approval of a second person. Nothing is touched before that.`,
        options: ['Approve the plan', 'Or cancel'],
        until: 'no end',
      },
    };
  }
  return { kind: 'done', ...(at.key !== undefined && { says: at.key }) };
};
