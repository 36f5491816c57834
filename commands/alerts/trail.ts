import type { Person } from '../../src/core/person.ts';
import { modalTitles } from '../../views/ids.ts';
import { goneAnswer } from '../../views/messages/answers.ts';
import { detailsModal } from '../../views/modals/details.ts';
import { noticeModal } from '../../views/modals/notice.ts';
import type { Trail } from '../../views/trail.ts';
import { type CommandDeps, fromRecords } from '../shared/deps.ts';
import { type ModalTrigger, openModal } from '../shared/modal.ts';
import { readsFor } from '../shared/reads.ts';

/** An alert with its decision trail, in time; undefined when no alert, or more than one, has this id or prefix. */
export const trailOf = (
  deps: CommandDeps,
  idOrPrefix: string,
  by: () => Person | Promise<Person>,
): Promise<Trail | undefined> => fromRecords(deps, readTrail(deps, idOrPrefix, by));

const readTrail = async (
  deps: CommandDeps,
  idOrPrefix: string,
  by: () => Person | Promise<Person>,
): Promise<Trail | undefined> => {
  const reads = await readsFor(deps, by);
  const alert = await reads.get(idOrPrefix);
  if (!alert) return undefined;
  return { alert, explanation: deps.explain(alert), journal: await reads.journal(alert.id) };
};

/** Details…: all labels and annotations, and the decision trail. */
export const openDetails = (deps: CommandDeps, trigger: ModalTrigger, id: string): Promise<void> => {
  const content = trailOf(deps, id, trigger.by).then((trail) =>
    trail ? detailsModal(trail, deps.view()) : noticeModal(modalTitles.details, goneAnswer()),
  );
  return openModal(trigger, modalTitles.details, content);
};
