import type { ButtonListener } from './on-alert.ts';

/** A link button: the browser does the work, Slack only wants to hear that the click arrived. */
export const openTicket = (): ButtonListener => async (args) => {
  await args.ack();
};
