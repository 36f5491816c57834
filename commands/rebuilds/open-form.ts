import type { webApi } from '@slack/bolt';
import type { Verb } from '../../src/access/verbs.ts';
import type { Person } from '../../src/core/person.ts';
import { offeredOverrides, restartable, skippable } from '../../src/rebuild/commands/apply-override.ts';
import { commandRefusal } from '../../src/rebuild/model/allowed.ts';
import { type Rebuild, stepNames } from '../../src/rebuild/model/rebuild.ts';
import { hasEnded } from '../../src/rebuild/model/record.ts';
import { stepTitle } from '../../src/rebuild/model/status.ts';
import type { ModalView } from '../../views/blocks.ts';
import { modalTitles, type RebuildModalContext, type StartFrom } from '../../views/ids.ts';
import {
  nothingToOverrideAnswer,
  rebuildEndedAnswer,
  rebuildGoneAnswer,
  refusedAnswer,
} from '../../views/messages/rebuilds/rebuild-answers.ts';
import { noticeModal } from '../../views/modals/notice.ts';
import {
  orderModal,
  overrideModal,
  type StartPrefill,
  startModal,
} from '../../views/modals/rebuild-forms.ts';
import { openModal } from '../actions/open-modal.ts';
import { inTime, withDeadline } from '../deadline.ts';
import type { RebuildSurface } from '../deps.ts';
import { type Found, findInFlight } from './find.ts';
import { deniedBecause } from './visible.ts';

/** Where a modal can be opened: with the trigger of a click or a command, good for three seconds. */
export interface ModalTrigger {
  readonly client: webApi.WebClient;
  readonly trigger: string;
  /** Who stands before it; never fails. */
  readonly by: () => Promise<Person>;
}

type Where = Pick<RebuildModalContext, 'channel' | 'thread'>;

/** The start form, with what is known of the instance that it begins with. */
export const openStart = (
  deps: RebuildSurface,
  door: ModalTrigger,
  from: StartFrom,
  where: Where,
): Promise<void> => {
  const content = allowed(deps, door, modalTitles.start, ['start', 'plan'], from.instance, async (by) =>
    startModal(await prefill(deps, by, from), {
      ...where,
      ...(from.alert !== undefined && { alert: from.alert }),
    }),
  );
  return openModal(door.client, door.trigger, modalTitles.start, content);
};

/** The content of a form, for those who may do one of `verbs`; for others, why they may not. */
const allowed = async (
  deps: RebuildSurface,
  door: ModalTrigger,
  title: string,
  verbs: readonly Verb[],
  instance: string | undefined,
  view: (by: Person) => ModalView | Promise<ModalView>,
): Promise<ModalView> => {
  const by = await door.by();
  const denied = await deniedBecause(deps, by, verbs, instance);
  return denied === undefined
    ? view(by)
    : noticeModal(title, refusedAnswer([denied, 'Nothing was changed.']));
};

const prefill = async (deps: RebuildSurface, by: Person, from: StartFrom): Promise<StartPrefill> => {
  const alert =
    from.alert === undefined ? undefined : await withDeadline(deps.queries.get(from.alert), deps.deadlineMs);
  const instance = from.instance ?? (alert && deps.rebuilds.instanceOf(alert));
  const reason = alert ? { reason: `Alert ${alert.name}: ${alert.summary}`.slice(0, 400) } : {};
  if (instance === undefined) return reason;
  if ((await deniedBecause(deps, by, ['start', 'plan'], instance)) !== undefined) return reason;
  return { ...reason, ...(await aboutInstance(deps, instance)) };
};

/** An instance as the form shows it: only one that there is, with its limits and usual number. */
const aboutInstance = async (deps: RebuildSurface, name: string): Promise<StartPrefill> => {
  const { instances } = deps.rebuilds;
  const found = await inTime(instances.get(name), deps.deadlineMs);
  if (!found?.ok) return {};
  const { instance } = found;
  const last = await inTime(instances.lastFarmers(instance), deps.deadlineMs / 2);
  const usual = last?.ok && last.value ? last.value.farmers : instance.farmers;
  const from = last?.ok && last.value ? last.value.from : `as ${instance.source.file} says`;
  const number = usual === undefined ? '' : ` Usually ${usual} farmers (${from}).`;
  return {
    instance: name,
    about: `${name}: ${instance.engine} engine in ${instance.cluster} / ${instance.namespace}, ${instance.minimum} to ${instance.maximum} farmers.${number}`,
  };
};

/** The form for an order that needs a number or a reason. */
export const openOrder = (
  deps: RebuildSurface,
  door: ModalTrigger,
  verb: 'scale' | 'pause' | 'cancel',
  rebuild: string,
  where: Where,
): Promise<void> =>
  openFor(deps, door, verb, byId(deps, rebuild), (found) => orderModal({ verb, rebuild: found }, where));

/** The form for an override of the rebuild with an id. */
export const openOverride = (
  deps: RebuildSurface,
  door: ModalTrigger,
  rebuild: string,
  where: Where,
): Promise<void> => openOverrideOf(deps, door, byId(deps, rebuild), where);

/** The same of the rebuild that a person names: the form is there before it is looked for. */
export const openOverrideNamed = (
  deps: RebuildSurface,
  door: ModalTrigger,
  target: string,
  where: Where,
): Promise<void> =>
  openOverrideOf(deps, door, async (by) => findInFlight(deps, target, by, 'override'), where);

/** Only what would not be refused outright is offered. */
const openOverrideOf = (deps: RebuildSurface, door: ModalTrigger, find: Find, where: Where): Promise<void> =>
  openFor(deps, door, 'override', find, (found) => {
    const offered = offeredOverrides(found);
    if (offered.length === 0) return noticeModal(modalTitles.override, nothingToOverrideAnswer());
    const names = stepNames.filter((name) => skippable.includes(name) || restartable.includes(name));
    const steps = names.map((name) => ({ name, title: stepTitle[name] }));
    return overrideModal({ rebuild: found, offered, steps }, where);
  });

type Find = (by: Person) => Promise<Found | { readonly ok: false; readonly gone: string }>;

const byId =
  (deps: RebuildSurface, id: string): Find =>
  async () => {
    const rebuild = await withDeadline(deps.rebuilds.queries.get(id), deps.deadlineMs);
    return rebuild ? { ok: true, rebuild } : { ok: false, gone: id };
  };

const openFor = (
  deps: RebuildSurface,
  door: ModalTrigger,
  verb: 'scale' | 'pause' | 'cancel' | 'override',
  find: Find,
  view: (rebuild: Rebuild) => ModalView,
): Promise<void> => {
  const title = modalTitles[verb];
  const content = async (): Promise<ModalView> => {
    const found = await find(await door.by());
    if (!found.ok) {
      return noticeModal(title, 'gone' in found ? rebuildGoneAnswer(found.gone) : refusedAnswer(found.says));
    }
    const { rebuild } = found;
    return allowed(deps, door, title, [verb], rebuild.plan.instance.name, () => {
      if (hasEnded(rebuild)) return noticeModal(title, rebuildEndedAnswer(rebuild));
      // Nobody fills in a form that is refused whatever it says.
      const why = commandRefusal(rebuild, verb);
      return why === undefined ? view(rebuild) : noticeModal(title, refusedAnswer([`Not done: ${why}`]));
    });
  };
  return openModal(door.client, door.trigger, title, content());
};
