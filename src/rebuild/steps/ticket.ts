import type { StepDefinition } from './step-context.ts';

/** Nothing is touched before the ticket is there. Whether somebody must approve it was asked before (`gate.ts`). */
export const ticket: StepDefinition<'ticket'> = {
  name: 'ticket',
  observes: {},
  desires: (rebuild) => {
    const { ticket: before } = rebuild;
    if (before.state !== 'failed') return rebuild;
    // A person has seen to what Jira refused.
    const { error: _, retryAt: __, ...rest } = before;
    return { ...rebuild, ticket: { ...rest, state: 'wanted', attempts: 0 } };
  },
  run: ({ rebuild }) => {
    const { ticket: at } = rebuild;
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
          need: { code: 'effect_failed', ticket: at.error ?? 'Jira refused it' },
        };
      case 'open':
      case 'none':
        break;
      default:
        return at.state satisfies never;
    }
    return { kind: 'done', ...(at.key !== undefined && { says: at.key }) };
  },
};
