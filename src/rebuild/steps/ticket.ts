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
        return { kind: 'on', doing: { code: 'ticket_wanted', error: at.error } };
      case 'failed':
        return {
          kind: 'ask',
          doing: { code: 'no_ticket' },
          need: { code: 'effect_failed', ticket: at.error },
        };
      case 'open':
      case 'none':
        break;
      default:
        return at.state satisfies never;
    }
    return { kind: 'done', ...(at.key !== undefined && { doing: { code: 'ticket', key: at.key } as const }) };
  },
};
