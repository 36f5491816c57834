import type { Message } from '../../../views/blocks.ts';
import { approverKey } from '../../../views/ids.ts';
import type { PostedMessage, SlackResult } from '../../delivery/slack-result.ts';
import type { ApproverClosing, ApproverMessage } from '../../rebuild/approvers/message.ts';
import type { ApproverPort } from '../../rebuild/approvers/reconcile-approvers.ts';
import type { Rebuild } from '../../rebuild/model/rebuild.ts';
import { classifyRead } from './client/classify.ts';
import { createPosts, type PostsDeps } from './posts.ts';

export interface SlackApproversDeps extends PostsDeps {
  /** `views/messages/rebuilds/rebuild-approver.ts`, bound to the view context by the app. */
  readonly view: (
    rebuild: Rebuild,
    message: ApproverMessage,
    closing: ApproverClosing | undefined,
  ) => Message;
  /** `views/messages/rebuilds/rebuild-review.ts`. */
  readonly reminder: (rebuild: Rebuild, message: ApproverMessage) => Message;
}

const keyOf = ({ id }: Rebuild, { n }: ApproverMessage, through = 0) => approverKey(id, n, through);

/** No channel on record: nothing was ever posted. */
const nowhere: SlackResult<never> = { ok: false, kind: 'refused', error: 'channel_not_found' };

/** Messages to approvers in Slack. Opening one changes nothing that a person sees, so it may be repeated. */
export const createSlackApprovers = ({ view, reminder, ...deps }: SlackApproversDeps): ApproverPort => {
  const { post, update, find, remove } = createPosts(deps);
  const at = <T>(
    { channel }: ApproverMessage,
    call: (channel: string) => Promise<SlackResult<T>>,
  ): Promise<SlackResult<T>> => (channel === undefined ? Promise.resolve(nowhere) : call(channel));
  return {
    open: async (user) => {
      try {
        const { channel } = await deps.web.conversations.open({ users: user });
        return typeof channel?.id === 'string' && channel.id !== ''
          ? { ok: true, value: channel.id }
          : { ok: false, kind: 'unavailable', error: 'Slack named no direct message' };
      } catch (error) {
        return classifyRead(error);
      }
    },
    post: (rebuild, message) =>
      at(message, (channel) => post(channel, keyOf(rebuild, message), view(rebuild, message, undefined))),
    update: (rebuild, message, closing) => {
      const { ts } = message;
      return at<PostedMessage>(message, (channel) =>
        ts === undefined
          ? Promise.resolve(nowhere)
          : update(channel, ts, keyOf(rebuild, message), view(rebuild, message, closing)),
      );
    },
    remind: (rebuild, message, through) => {
      const { ts } = message;
      return at<PostedMessage>(message, (channel) =>
        ts === undefined
          ? Promise.resolve(nowhere)
          : post(channel, keyOf(rebuild, message, through), reminder(rebuild, message), {
              threadTs: ts,
              broadcast: true,
            }),
      );
    },
    find: (rebuild, message, through, sinceMs) =>
      at(message, (channel) =>
        find(channel, keyOf(rebuild, message, through), sinceMs, through === 0 ? undefined : message.ts),
      ),
    remove,
  };
};
