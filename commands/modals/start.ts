import type {
  Middleware,
  SlackOptionsMiddlewareArgs,
  SlackViewMiddlewareArgs,
  ViewSubmitAction,
} from '@slack/bolt';
import { inTime } from '../../src/core/deadline.ts';
import { messageOf } from '../../src/core/errors.ts';
import type { Person } from '../../src/core/person.ts';
import type { StartRequest } from '../../src/rebuild/model/command.ts';
import { blockIds, modalTitles, readRebuildContext, type StartFrom } from '../../views/ids.ts';
import { loadingModal, noticeModal } from '../../views/modals/notice.ts';
import { instanceOptions, type StartPrefill, startModal } from '../../views/modals/rebuild-forms.ts';
import { askForPlan } from '../rebuilds/plan.ts';
import { deniedBecause, modalIfAllowed } from '../rebuilds/visible.ts';
import { askedBy } from '../shared/asked.ts';
import type { RebuildSurface } from '../shared/deps.ts';
import { fillWith, type ModalTrigger, openModal } from '../shared/modal.ts';
import { alertFor } from '../shared/reads.ts';
import { parseStartForm } from './rebuild-form.ts';

/** Start rebuild…: the form, with what is known of the instance, the alert or the rebuild that it begins with. */
export const openStart = (deps: RebuildSurface, trigger: ModalTrigger, from: StartFrom): Promise<void> => {
  const title = modalTitles.start;
  const content = async () => {
    const by = await trigger.by();
    return modalIfAllowed(deps, by, { title, verbs: ['start', 'plan'], instance: from.instance }, async () =>
      startModal(await prefill(deps, by, from), {
        ...trigger.where,
        ...(from.alert !== undefined && { alert: from.alert }),
      }),
    );
  };
  return openModal(trigger, title, content());
};

const prefill = async (deps: RebuildSurface, by: Person, from: StartFrom): Promise<StartPrefill> => {
  const alert = from.alert === undefined ? undefined : await alertFor(deps, from.alert, () => by);
  const instance = from.instance ?? (alert && deps.rebuilds.instanceOf(alert));
  const reason = alert ? { reason: `Alert ${alert.name}: ${alert.summary}`.slice(0, 400) } : {};
  if (instance === undefined) return reason;
  if ((await deniedBecause(deps, by, ['start', 'plan'], instance)) !== undefined) return reason;
  return { ...reason, ...(await aboutInstance(deps, instance)) };
};

/** An instance as the form shows it: only one that there is, with its limits and usual number. */
const aboutInstance = async (deps: RebuildSurface, name: string): Promise<StartPrefill> => {
  const { instances } = deps.rebuilds;
  const found = await inTime(deps.deadlineMs, () => instances.get(name));
  if (!found?.ok) return {};
  const { instance } = found;
  const last = await inTime(deps.deadlineMs / 2, () => instances.lastFarmers(instance));
  const usual = last?.ok && last.value ? last.value.farmers : instance.farmers;
  const from = last?.ok && last.value ? last.value.from : `as ${instance.source.file} says`;
  const number = usual === undefined ? '' : ` Usually ${usual} farmers (${from}).`;
  return {
    instance: name,
    about: `${name}: ${instance.engine} engine in ${instance.cluster} / ${instance.namespace}, ${instance.minimum} to ${instance.maximum} farmers.${number}`,
  };
};

/** Slack takes at most a hundred, and waits three seconds for them. */
const mostNames = 100;
const searchMs = 2_000;

/** What is typed into the form's instance: names that begin with it first, then those that hold it. */
export const searchInstances =
  (deps: RebuildSurface): Middleware<SlackOptionsMiddlewareArgs<'block_suggestion'>> =>
  async ({ ack, body, client, options, payload }) => {
    const typed = (payload.value ?? options.value ?? '').trim().toLowerCase();
    const look = async () => namesFor(deps, await deps.people.person(client, askedBy(body)), typed);
    const known = await inTime(searchMs, look).catch((error: unknown) => {
      deps.log.warn({ error: messageOf(error) }, 'the names of the instances could not be looked up');
      return undefined;
    });
    const names = known ?? [];
    const begins = names.filter((name) => name.startsWith(typed));
    const holds = names.filter((name) => !name.startsWith(typed));
    await ack({ options: instanceOptions([...begins, ...holds].slice(0, mostNames)) });
  };

/** Those that a person may plan or start a rebuild of: names tell what customers there are. */
const namesFor = async (deps: RebuildSurface, by: Person, typed: string): Promise<readonly string[]> => {
  const names = await deps.rebuilds.instances.names();
  const fitting = names.ok ? names.value.filter((name) => name.includes(typed)) : [];
  const denied = await Promise.all(fitting.map((name) => deniedBecause(deps, by, ['start', 'plan'], name)));
  return fitting.filter((_, i) => denied[i] === undefined);
};

/** Slack wants its acknowledgement within three seconds. */
const checkMs = 1_500;

/** The start form was submitted: wrong inputs are said beside them; then the plan takes the form's place. */
export const submitStart =
  (deps: RebuildSurface): Middleware<SlackViewMiddlewareArgs<ViewSubmitAction>> =>
  async ({ ack, body, view, client }) => {
    const form = parseStartForm(view.state?.values);
    const person = deps.people.person(client, askedBy(body));
    const errors = form.ok ? await outOfLimits(deps, await person, form.value) : form.errors;
    if (!form.ok || Object.keys(errors).length > 0) {
      await ack({ response_action: 'errors', errors: { ...errors } });
      return;
    }
    await ack({ response_action: 'update', view: loadingModal(modalTitles.start) });
    const { alert, channel } = readRebuildContext(view.private_metadata) ?? {};
    const request = {
      ...form.value,
      ...(alert !== undefined && { alert }),
      ...(channel !== undefined && { channel }),
    };
    const content = askForPlan(deps, request, await person).then((plan) =>
      noticeModal(modalTitles.start, plan),
    );
    await fillWith(client, view.id, modalTitles.start, content);
  };

/** What the instance's own values refuse; nothing where they cannot be read (in time): then the plan says so. */
const outOfLimits = async (
  deps: RebuildSurface,
  by: Person,
  { instance, farmers }: StartRequest,
): Promise<Readonly<Record<string, string>>> => {
  const look = async () =>
    (await deniedBecause(deps, by, ['start', 'plan'], instance)) === undefined
      ? deps.rebuilds.instances.get(instance)
      : undefined;
  const found = await inTime(checkMs, look).catch(() => undefined);
  if (!found) return {};
  if (!found.ok) {
    return found.kind === 'unknown' ? { [blockIds.startInstance]: `There is no instance ${instance}.` } : {};
  }
  const { minimum, maximum } = found.instance;
  return farmers === undefined || (farmers >= minimum && farmers <= maximum)
    ? {}
    : { [blockIds.startFarmers]: `${instance} takes ${minimum} to ${maximum} farmers.` };
};
