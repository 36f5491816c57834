import type { Middleware, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { FarmhandError } from '../../src/core/errors.ts';
import { readModalContext } from '../../views/ids.ts';
import { applyToAlert } from '../alerts/apply.ts';
import type { CommandDeps } from '../deps.ts';
import { placeOf } from '../middleware/boundary.ts';
import { reply } from '../reply.ts';
import { parseSilenceForm } from './silence-form.ts';

/** The silence modal was submitted: wrong inputs are said beside them, the rest is answered where it was opened. */
export const submitSilence =
  (deps: CommandDeps): Middleware<SlackViewMiddlewareArgs<ViewSubmitAction>> =>
  async (args) => {
    const { ack, body, view } = args;
    const form = parseSilenceForm(view.state?.values);
    if (!form.ok) {
      await ack({ response_action: 'errors', errors: form.errors });
      return;
    }
    await ack();
    const where = readModalContext(view.private_metadata);
    if (!where) throw new FarmhandError('modal_unreadable', 'The silence modal carries no alert.');
    const by = await deps.people.person(args.client, body.user.id, body.user.name);
    const command = { verb: 'silence', durationMs: form.durationMs, reason: form.reason } as const;
    await reply(placeOf(args), await applyToAlert(deps, where.alert, command, by));
  };
