import type { AuditPort } from '../audit/chain/ports.ts';
import { ownEntry } from '../audit/record.ts';
import { messageOf } from '../core/errors.ts';
import { slackDenials, tallyDenials } from '../http-api/slack/refusals.ts';
import { replayWindowMs } from '../http-api/slack/signature.ts';
import { type SlackInbox, slackPath } from '../http-api/slack-routes.ts';
import { createHttpReceiver, type HttpReceiver } from '../integrations/slack/client/http-receiver.ts';
import type { Records } from './records/open-records.ts';
import type { AppContext } from './shared/context.ts';

export interface SlackDoor {
  /** For the HTTP server. */
  readonly inbox: SlackInbox;
  /** For Bolt. */
  readonly receiver: HttpReceiver;
}

/** Where Slack's signed requests come in; undefined with Socket Mode. */
export const openSlackDoor = (
  context: AppContext,
  records: Pick<Records, 'firstTime'>,
  audit: AuditPort,
): SlackDoor | undefined => {
  const { log, stack, now, after } = context;
  const { mode, signing_secret } = context.config().slack;
  if (mode !== 'http' || signing_secret === undefined) return undefined;
  const receiver = createHttpReceiver(log);
  const tally = stack.use(
    tallyDenials(({ denial, count, addresses }) => {
      log.warn({ denial, count, addresses }, 'requests in the name of Slack were refused');
      const entry = ownEntry(now(), {
        type: 'request_denied',
        object: { kind: 'request', id: slackPath },
        outcome: 'denied',
        authz: { allowed: false },
        error: slackDenials[denial].says,
        correlation: { denial, count, addresses },
      });
      audit.record([entry]).catch((error: unknown) => {
        log.error(
          { denial, count, error: messageOf(error) },
          'That requests were refused is not in the audit',
        );
      });
    }, after),
  );
  return {
    receiver,
    inbox: {
      signingSecret: signing_secret.reveal(),
      ...{ listening: receiver.listening, take: receiver.take, denied: tally.add },
      first: (signature) =>
        records.firstTime(`slack ${signature}`, 2 * replayWindowMs + 60_000).catch(() => true),
    },
  };
};
