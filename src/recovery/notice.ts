import type { NoticeFacts } from './ports.ts';

/**
 * Equal when the notice says the same. How many still wait is told when something else has changed, too: it would be
 * brought up to date with every alert else.
 */
export const noticeKey = ({ recovery, rebuilds }: NoticeFacts): string =>
  JSON.stringify([
    recovery.why,
    recovery.phase,
    recovery.channels,
    recovery.ended,
    recovery.settled,
    rebuilds.map(({ id, is }) => [id, is]),
  ]);
