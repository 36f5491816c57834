import type { Middleware, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import type { Person } from '../../src/core/person.ts';
import { blockIds, modalTitles, readRebuildContext } from '../../views/ids.ts';
import { loadingModal, noticeModal } from '../../views/modals/notice.ts';
import { fillWith } from '../actions/open-modal.ts';
import { inTime } from '../deadline.ts';
import type { RebuildSurface } from '../deps.ts';
import type { StartWords } from '../parse/request-words.ts';
import { askForPlan } from '../rebuilds/plan.ts';
import { deniedBecause } from '../rebuilds/visible.ts';
import { parseStartForm } from './rebuild-form.ts';

/** Slack wants its acknowledgement within three seconds. */
const checkMs = 1_500;

/** The start form was submitted: wrong inputs are said beside them; then the plan takes the form's place. */
export const submitStart =
  (deps: RebuildSurface): Middleware<SlackViewMiddlewareArgs<ViewSubmitAction>> =>
  async ({ ack, body, view, client }) => {
    const form = parseStartForm(view.state?.values);
    const person = deps.people.person(client, body.user.id, body.user.name);
    const errors = form.ok ? await outOfLimits(deps, await person, form.value) : form.errors;
    if (!form.ok || Object.keys(errors).length > 0) {
      await ack({ response_action: 'errors', errors: { ...errors } });
      return;
    }
    await ack({ response_action: 'update', view: loadingModal(modalTitles.start) });
    const where = readRebuildContext(view.private_metadata) ?? {};
    const by = await person;
    const request = {
      ...form.value,
      ...(where.alert !== undefined && { alert: where.alert }),
      ...(where.channel !== undefined && { channel: where.channel }),
    };
    const content = askForPlan(deps, request, by).then((plan) => noticeModal(modalTitles.start, plan));
    await fillWith(client, view.id, modalTitles.start, content);
  };

/** What the instance's own values refuse; nothing where they cannot be read (in time): then the plan says so. */
const outOfLimits = async (
  deps: RebuildSurface,
  by: Person,
  { instance, farmers }: StartWords,
): Promise<Readonly<Record<string, string>>> => {
  const look = async () =>
    (await deniedBecause(deps, by, ['start', 'plan'], instance)) === undefined
      ? deps.rebuilds.instances.get(instance)
      : undefined;
  const found = await inTime(look(), checkMs).catch(() => undefined);
  if (!found) return {};
  if (!found.ok) {
    return found.kind === 'unknown' ? { [blockIds.startInstance]: `There is no instance ${instance}.` } : {};
  }
  const { minimum, maximum } = found.instance;
  return farmers === undefined || (farmers >= minimum && farmers <= maximum)
    ? {}
    : { [blockIds.startFarmers]: `${instance} takes ${minimum} to ${maximum} farmers.` };
};
