import type { Message } from '../../views/blocks.ts';
import { freezeNotice } from '../../views/messages/rebuilds/freeze-notice.ts';
import { messageOf } from '../core/errors.ts';
import { type Notice, type NoticeStore, type Telling, tellNotices } from '../delivery/notices.ts';
import { startRounds } from '../reconcile/resync.ts';
import type { Records } from './records/open-records.ts';
import { isHeld } from './records/recovery.ts';
import type { AppContext } from './shared/context.ts';
import { nextChannel, type Workspace } from './shared/open-workspace.ts';
import { slackPosts } from './shared/slack-calls.ts';

/** Whoever works looks so often; ms. */
const every = 2_000;
/** Longer than any call to Slack may take; ms. */
const claimTimeout = 15_000;

/** Tells channels, once, what people ordered that concerns all of them. Whichever process sees it first. */
export const startNotices = (context: AppContext, records: Records, workspace: Workspace): void => {
  const { log, now, after, newClaim, metrics, stack } = context;
  const posts = slackPosts(context, workspace);
  const telling = <R extends Telling<F>, F>(
    store: NoticeStore<R>,
    about: string,
    view: (facts: F) => Message,
  ): Promise<void> => {
    const told = ({ key, at }: Notice<F>) => ({ notice: key, late_ms: now() - at });
    return tellNotices<R, F>({
      ...{ now, newClaim, claimTimeout, store, pacer: records.pacer },
      nextChannel: (refused) => nextChannel(context, refused),
      slack: {
        post: ({ key, message, facts }) =>
          posts.post(message.channel, { kind: 'notice', id: key }, view(facts)),
        find: ({ key, message }, _, sinceMs) =>
          posts.find(message.channel, { kind: 'notice', id: key }, sinceMs),
        remove: posts.remove,
      },
      onTold: (notice) => {
        metrics.metrics.notices.inc({ about, outcome: 'posted' });
        log.info({ about, ...told(notice) }, 'A channel was told');
      },
      onRefused: (notice, error) => {
        metrics.metrics.notices.inc({ about, outcome: 'refused' });
        log.error({ about, ...told(notice), error }, 'No channel accepts what is to be told');
      },
    });
  };
  const round = async (): Promise<void> => {
    if (context.stopping() || isHeld(records.watch)) return;
    await telling(records.freezes, 'freeze', freezeNotice);
  };
  stack.defer(
    startRounds({
      ...{ after, every, first: every, round },
      onError: (error) =>
        log.warn({ error: messageOf(error) }, 'Channels could not be told; the next round follows'),
    }),
  );
};
