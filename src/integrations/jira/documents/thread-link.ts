import type { TicketBody } from '../../../alerts/ports/ports.ts';
import { webAddress } from './adf.ts';

/** The Slack permalink among the facts: known by its path, whatever the host (Slack, GovSlack, a local one). */
export const threadPermalink = (body: TicketBody): string | undefined => {
  for (const { url } of body.facts) {
    const address = url === undefined ? undefined : webAddress(url);
    if (address !== undefined && /^\/archives\/[CDG][A-Z0-9]+\/p\d+$/.test(new URL(address).pathname)) {
      return address;
    }
  }
  return undefined;
};
