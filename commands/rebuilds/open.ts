import type { webApi } from '@slack/bolt';
import { offeredOverrides, restartable, skippable } from '../../src/rebuild/apply-override.ts';
import { hasEnded } from '../../src/rebuild/edit.ts';
import { type Rebuild, stepNames } from '../../src/rebuild/rebuild.ts';
import { stepTitle } from '../../src/rebuild/state.ts';
import type { ModalView } from '../../views/blocks.ts';
import { modalTitles, type RebuildModalContext, type StartFrom } from '../../views/ids.ts';
import {
  nothingToOverrideAnswer,
  rebuildEndedAnswer,
  rebuildGoneAnswer,
} from '../../views/messages/rebuild-answers.ts';
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

/** Where a modal can be opened: with the trigger of a click or a command, good for three seconds. */
export interface Door {
  readonly client: webApi.WebClient;
  readonly trigger: string;
}

type Where = Pick<RebuildModalContext, 'channel' | 'thread'>;

/** The start form, with what is known of the instance that it begins with. */
export const openStart = (deps: RebuildSurface, door: Door, from: StartFrom, where: Where): Promise<void> => {
  const content = prefill(deps, from).then((known) =>
    startModal(known, { ...where, ...(from.alert !== undefined && { alert: from.alert }) }),
  );
  return openModal(door.client, door.trigger, modalTitles.start, content);
};

const prefill = async (deps: RebuildSurface, from: StartFrom): Promise<StartPrefill> => {
  const alert =
    from.alert === undefined ? undefined : await withDeadline(deps.queries.get(from.alert), deps.deadlineMs);
  const instance = from.instance ?? (alert && deps.rebuilds.instanceOf(alert));
  const reason = alert ? { reason: `Alert ${alert.name}: ${alert.summary}`.slice(0, 400) } : {};
  if (instance === undefined) return reason;
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
  door: Door,
  verb: 'scale' | 'pause' | 'cancel',
  rebuild: string,
  where: Where,
): Promise<void> =>
  openFor(deps, door, modalTitles[verb], rebuild, (found) => orderModal({ verb, rebuild: found }, where));

/** The form for an override: only what would not be refused outright is offered. */
export const openOverride = (
  deps: RebuildSurface,
  door: Door,
  rebuild: string,
  where: Where,
): Promise<void> =>
  openFor(deps, door, modalTitles.override, rebuild, (found) => {
    const offered = offeredOverrides(found);
    if (offered.length === 0) return noticeModal(modalTitles.override, nothingToOverrideAnswer());
    const names = stepNames.filter((name) => skippable.includes(name) || restartable.includes(name));
    const steps = names.map((name) => ({ name, title: stepTitle[name] }));
    return overrideModal({ rebuild: found, offered, steps }, where);
  });

const openFor = (
  deps: RebuildSurface,
  { client, trigger }: Door,
  title: string,
  id: string,
  view: (rebuild: Rebuild) => ModalView,
): Promise<void> => {
  const content = withDeadline(deps.rebuilds.queries.get(id), deps.deadlineMs).then((rebuild) => {
    if (!rebuild) return noticeModal(title, rebuildGoneAnswer(id));
    return hasEnded(rebuild) ? noticeModal(title, rebuildEndedAnswer(rebuild)) : view(rebuild);
  });
  return openModal(client, trigger, title, content);
};
