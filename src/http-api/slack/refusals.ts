import type { SignatureVerdict } from './signature.ts';
import type { SlackBody } from './slack-body.ts';

/** Why a request in Slack's name is not taken. */
export type SlackDenial =
  | Exclude<SignatureVerdict['code'], 'signed'>
  | Exclude<SlackBody['code'], 'request' | 'challenge'>
  | 'replayed'
  | 'too_large';

/** What it is answered with, and what the audit says. Slack itself shows none of this to people. */
export const slackDenials: Readonly<Record<SlackDenial, { readonly status: number; readonly says: string }>> =
  {
    missing_headers: { status: 401, says: 'The request carries no signature of Slack.' },
    malformed_headers: { status: 401, says: 'The headers of the signature are not in the form of Slack.' },
    altered: { status: 401, says: 'The signature is not of this body, or not made with the signing secret.' },
    stale: { status: 401, says: 'The request was signed more than 5 minutes ago.' },
    future: { status: 401, says: 'The request was signed more than 5 minutes from now.' },
    replayed: { status: 401, says: 'The very same signed request came before.' },
    wrong_type: { status: 415, says: 'The content type is not one that Slack sends.' },
    not_utf8: { status: 400, says: 'The body is signed, and not UTF-8.' },
    unreadable: { status: 400, says: 'The body is signed, and not in the form that Slack sends.' },
    too_large: { status: 413, says: 'The body is larger than anything that Slack sends.' },
  };

/** Who sent it, as far as this process sees: behind a load balancer, its address. */
export interface DeniedRequest {
  readonly denial: SlackDenial;
  readonly count: number;
  readonly addresses: readonly string[];
}

export interface DenialTally {
  add(denial: SlackDenial, address: string): void;
  /** Tells what is still counted. */
  [Symbol.dispose](): void;
}

/** Of so many requests of one kind are the addresses told. */
const mostAddresses = 5;
/** ms */
const windowMs = 60_000;

/**
 * The first denial of a kind is told at once; what follows within a minute is counted, and told together. So a flood
 * leaves two records a minute and kind, whatever its size.
 */
export const tallyDenials = (
  tell: (denied: DeniedRequest) => void,
  after: (ms: number, then: () => void) => () => void,
): DenialTally => {
  const open = new Map<SlackDenial, { count: number; addresses: Set<string>; cancel: () => void }>();
  const close = (denial: SlackDenial): void => {
    const found = open.get(denial);
    open.delete(denial);
    found?.cancel();
    if (found && found.count > 0) tell({ denial, count: found.count, addresses: [...found.addresses] });
  };
  return {
    add: (denial, address) => {
      const found = open.get(denial);
      if (found) {
        found.count += 1;
        if (found.addresses.size < mostAddresses) found.addresses.add(address);
        return;
      }
      open.set(denial, { count: 0, addresses: new Set(), cancel: after(windowMs, () => close(denial)) });
      tell({ denial, count: 1, addresses: [address] });
    },
    [Symbol.dispose]: () => {
      for (const denial of [...open.keys()]) close(denial);
    },
  };
};
