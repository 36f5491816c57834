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
  readonly view: (rebuild: Rebuild, closing: ApproverClosing | undefined) => Message;
}

const keyOf = ({ id }: Rebuild, { n }: ApproverMessage) => approverKey(id, n);

/** No channel on record: nothing was ever posted. */
const nowhere: SlackResult<never> = { ok: false, kind: 'refused', error: 'channel_not_found' };

/** Direct messages in Slack. Opening one changes nothing that a person sees, so it may be repeated. */
export const createSlackApprovers = ({ view, ...deps }: SlackApproversDeps): ApproverPort => {
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
      at(message, (channel) => post(channel, keyOf(rebuild, message), view(rebuild, undefined))),
    update: (rebuild, message, closing) => {
      const { ts } = message;
      return at<PostedMessage>(message, (channel) =>
        ts === undefined
          ? Promise.resolve(nowhere)
          : update(channel, ts, keyOf(rebuild, message), view(rebuild, closing)),
      );
    },
    find: (rebuild, message, sinceMs) =>
      at(message, (channel) => find(channel, keyOf(rebuild, message), sinceMs)),
    remove,
  };
};
