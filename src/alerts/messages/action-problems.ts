import { type Message, wordsFrom } from '../../core/message.ts';

/** Why an action is not asked for at all: said in the thread and kept on record, as words. Plain text. */
const actionProblems = {
  not_set: ({ key }: { readonly key: string }) => `${key} is not set in farmhand.yml`,
  /** What its templates use, and what came of nothing. */
  missing: ({ names }: { readonly names: readonly string[] }) => `needs what never came: ${names.join(', ')}`,
  alert_over: () => 'the alert was over before the rebuild could be started; nothing was started',
  no_thread: () => 'there is no thread to propose the rebuild in; nothing was started',
  /** Of an alert that another one's action is for. */
  list_gone: () => 'the alert that it was asked for with is not on record any more; ask for it again',
  list_waits: () => 'what it was asked for with is not over yet',
  no_ticket: () => 'there is no ticket to tell; nothing was written',
  no_instance: ({ template }: { readonly template: string }) =>
    `no instance is named: ${template} is empty for this alert; nothing was started`,
} satisfies Record<string, (facts: never) => string>;

export type ActionProblem = Message<typeof actionProblems>;

export const actionProblemWords: (problem: ActionProblem) => string = wordsFrom(actionProblems);
