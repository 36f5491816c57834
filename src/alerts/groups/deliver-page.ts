import type { Delivered, Delivery, RefusalPolicy } from '../../delivery/delivery.ts';
import type { Alert } from '../model/alert.ts';
import type { ThreadPort } from '../ports/ports.ts';
import type { AlertChange, AlertStore } from '../ports/store.ts';
import { pageHash, pageKey, pageState, withPage } from './pages.ts';

export interface PageDeps extends Pick<Delivery<Alert>, 'now' | 'newClaim' | 'pause'> {
  readonly store: AlertStore;
  readonly threads: ThreadPort;
  readonly pacer: NonNullable<Delivery<Alert>['pacer']>;
}

/** The root has the numbers: a page that Slack does not take, or that somebody deleted, is not posted again. */
const refusals: RefusalPolicy = {
  root: { otherwise: 'elsewhere' },
  update: { otherwise: 'shown', gone: 'gone', channel: 'gone' },
};

/** One message with members, in the thread of its group. */
export const pageDelivery = (
  { store, threads, now, newClaim, pause, pacer }: PageDeps,
  page: number,
): Delivery<Alert> => ({
  ...{ now, newClaim, pause, pacer },
  messageOf: (alert) => pageState(alert, page),
  contentOf: (alert) => pageHash(alert, page),
  write: (seen, outcome) =>
    store.update(
      seen.id,
      (alert): Delivered<Alert> & AlertChange => {
        const message = pageState(alert, page);
        const next = message && outcome(message, alert);
        if (!next) return { record: alert };
        const record = withPage(alert, page, next.message);
        return { write: { alert: record, journal: [] }, next, record };
      },
      seen,
    ),
  slack: {
    post: (alert) => threads.postMembers(alert, page, rootOf(alert)),
    update: (alert, ts) => threads.updateMembers(alert, page, ts),
    find: (alert, _through, since) =>
      threads.find(alert.channel, { kind: 'members', id: pageKey(alert, page) }, since, rootOf(alert)),
    remove: threads.remove,
  },
  refusals,
  retry: { first: 3_000, most: 60_000 },
  looks: [],
});

const rootOf = ({ thread }: Alert): string => (thread.state === 'open' ? thread.ts : '');
