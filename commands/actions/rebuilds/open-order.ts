import { RebuildIdValue, StartValue } from '../../../views/ids.ts';
import { strangeRebuildButtonAnswer } from '../../../views/messages/rebuilds/rebuild-answers.ts';
import type { RebuildSurface } from '../../deps.ts';
import { placeOf } from '../../middleware/boundary.ts';
import { type ModalTrigger, openOrder, openOverride, openStart } from '../../rebuilds/open-form.ts';
import { type ReplyTarget, reply } from '../../reply.ts';
import type { ButtonListener } from '../alerts/on-alert.ts';

/** Scale…, Pause…, Cancel…, Override…: asks for a number or a reason. */
export const openOrderForm =
  (deps: RebuildSurface, verb: 'scale' | 'pause' | 'cancel' | 'override'): ButtonListener =>
  async (args) => {
    await args.ack();
    const place = placeOf(args);
    const rebuild = RebuildIdValue.safeParse(args.action.value).data;
    if (rebuild === undefined) {
      await reply(place, strangeRebuildButtonAnswer());
      return;
    }
    const door = doorOf(deps, args);
    if (verb === 'override') await openOverride(deps, door, rebuild, where(place));
    else await openOrder(deps, door, verb, rebuild, where(place));
  };

/** Start rebuild…: the start form, begun with the instance of the alert or the rebuild it was clicked at. */
export const openStartForm =
  (deps: RebuildSurface): ButtonListener =>
  async (args) => {
    await args.ack();
    const place = placeOf(args);
    const from = StartValue.safeParse(args.action.value).data;
    if (from === undefined) {
      await reply(place, strangeRebuildButtonAnswer());
      return;
    }
    await openStart(deps, doorOf(deps, args), from, where(place));
  };

const doorOf = (deps: RebuildSurface, { client, body }: Parameters<ButtonListener>[0]): ModalTrigger => ({
  client,
  trigger: body.trigger_id,
  by: () => deps.people.person(client, body.user.id, body.user.name),
});

const where = ({ channel, thread }: ReplyTarget) => ({
  ...(channel !== undefined && { channel }),
  ...(thread !== undefined && { thread }),
});
