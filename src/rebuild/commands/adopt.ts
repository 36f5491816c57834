import { line } from '../../core/journal.ts';
import type { Person } from '../../core/person.ts';
import { sentence } from '../../core/text.ts';
import { foundWords, scaleByHand } from '../messages/planning/found.ts';
import { isPerson } from '../model/approval.ts';
import type { Adoption, FoundCard, LostRebuild } from '../model/lost.ts';
import type { Instance } from '../model/parts/instance.ts';
import type { Step } from '../model/parts/step.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { currentStep, hasEnded } from '../model/record.ts';
import { stepTitle } from '../model/steps.ts';
import { farmhand, type Transition, withEntry, withMark, withNote, writeOf } from '../model/transition.ts';
import { type CardMemory, isOver, type Kept, type Place, restored } from '../ports/memory.ts';
import type { AdoptionFacts } from '../ports/ports.ts';
import { reconciled } from '../reconcile/reconciled.ts';

/** What cannot be done on a rebuild whose card does not know enough, or whose world cannot be seen. */
export interface NoAdoption {
  readonly ok: false;
  readonly says: readonly string[];
}

export type AdoptionMade =
  | { readonly ok: true; readonly adoption: Adoption; readonly rebuild: Rebuild }
  | NoAdoption;

/** Pure: how a lost rebuild would be adopted in the world as it is seen, or every reason against it. */
export const makeAdoption = (
  lost: LostRebuild,
  instance: Instance,
  facts: AdoptionFacts,
  now: number,
): AdoptionMade => {
  const kept = lost.memory?.kept;
  const found = foundWords(instance, facts);
  if (lost.memory && isOver(lost.memory.phase)) {
    return no(`${lost.id} is over, as its card says.`, `Say so: /dcr recovery done ${instance.name}.`);
  }
  if (!kept) {
    return no(
      `${lost.id} was in flight when farmhand lost its records, and its card does not remember enough to go on with it.`,
      ...found,
      ...byHand(lost, instance),
    );
  }
  const moved = movedFrom(kept, instance);
  if (moved.length > 0) {
    return no(
      `${lost.id} was in flight when farmhand lost its records, and the values of ${instance.name} are not the same any more: ${moved.join('; ')}. It cannot be adopted under these.`,
      ...byHand(lost, instance),
    );
  }
  const unseen = [facts.farmers, facts.synchronizer].find((seen) => !seen.ok);
  if (unseen) {
    return no(
      `${lost.id} was in flight when farmhand lost its records. It can be adopted when its cluster can be looked at.`,
      ...found,
    );
  }
  const rebuild = reconciled(restored(lost, kept, instance, now), facts, now);
  return { ok: true, adoption: adoptionOf(lost, rebuild, found), rebuild };
};

const no = (...says: readonly string[]): NoAdoption => ({
  ok: false,
  says: [...says, 'Nothing was changed.'],
});

const adoptionOf = (lost: LostRebuild, rebuild: Rebuild, found: readonly string[]): Adoption => {
  const { key, url } = rebuild.ticket;
  return {
    rebuild: lost.id,
    card: { channel: lost.channel, ts: lost.ts },
    by: rebuild.by,
    at: rebuild.at,
    reason: rebuild.reason,
    ...(key !== undefined && { ticket: { key, ...(url !== undefined && { url }) } }),
    found,
    goesOn: goesOn(rebuild),
    missing: [
      'its journal, and the curve of its chart so far',
      'what was asked for, said or approved after its card was last brought up to date',
      ...(rebuild.ticket.state === 'wanted'
        ? ['whether its ticket was raised: that is looked up before one is raised']
        : []),
    ],
  };
};

const goesOn = (rebuild: Rebuild): string => {
  const step = currentStep(rebuild);
  const title = step ? stepTitle[step.name] : 'its end';
  if (rebuild.phase !== 'running') return `It was being ended: the teardown goes on.`;
  if (rebuild.pause) return `It was paused, and stays paused in the step ${title} until somebody resumes it.`;
  return `It goes on in the step ${title}. Every change is looked for in the world before it is made.`;
};

/** In which ways the values of now speak of another place than the card; plain text. */
const movedFrom = ({ place }: Kept, instance: Instance): readonly string[] =>
  (['cluster', 'namespace', 'farmerSet', 'synchronizerSet', 'engine', 'way'] as const).flatMap((part) =>
    place[part] === instance[part]
      ? []
      : [`${placeWords[part]} ${place[part]} before, ${instance[part]} now`],
  );

const placeWords = {
  cluster: 'cluster',
  namespace: 'namespace',
  farmerSet: 'StatefulSet of the farmers',
  synchronizerSet: 'StatefulSet of the synchronizer',
  engine: 'engine',
  way: 'change',
} as const satisfies Partial<Record<keyof Place, string>>;

/** What a person does where farmhand cannot go on. */
const byHand = (lost: Pick<LostRebuild, 'id'>, instance: Instance): readonly string[] => [
  scaleByHand(instance),
  `When it is over, say so: /dcr recovery done ${instance.name} <why>. Its card (${lost.id}) says so then, and /dcr start ${instance.name} plans a new one.`,
];

/** The record as it is written when a person has adopted it. */
export const adoptedWrite = (
  rebuild: Rebuild,
  by: Person,
  facts: AdoptionFacts,
  instance: Instance,
  now: number,
): Transition => {
  const { approval: _, ...rest } = rebuild;
  const again = rebuild.plan.instance.approval;
  const before: Rebuild = again ? rest : rebuild;
  const adopted: Rebuild = {
    ...before,
    adoptions: [...(rebuild.adoptions ?? []), { at: now, by }],
    raisedBy: withPerson(rebuild.raisedBy ?? [], by),
  };
  const text = [
    'Adopted: farmhand had lost its records, and goes on with what this card remembered and what is there.',
    ...foundWords(instance, facts),
    goesOn(rebuild),
    ...(again && rebuild.phase === 'running'
      ? ['Nothing is changed before another person has approved it as it is.']
      : []),
  ].join(' ');
  const lines = [
    text,
    `Started by ${rebuild.by.name ?? rebuild.by.id}, because: ${sentence(rebuild.reason)}`,
    'Missing here: what was done, asked for or said after its card was last brought up to date before the loss.',
  ];
  const noted = withNote(withMark(adopted, 'step', 'adopted', now), { kind: 'step', text, by }, now);
  const told = withEntry(noted, { kind: 'change', lines, by }, now);
  return writeOf(told, line(now, by.id, 'adopt', text));
};

const withPerson = (people: readonly Person[], by: Person): readonly Person[] =>
  !isPerson(by) || people.some(({ id }) => id === by.id) ? people : [...people, by];

/** The record of a lost rebuild that a person says is over: nothing was changed for it. */
export const givenUpWrite = (rebuild: Rebuild, by: Person, why: string, now: number): Transition => {
  const at = currentStep(rebuild);
  const because = why === '' ? '.' : `: ${sentence(why)}`;
  const reason = `given up after farmhand had lost its records${because} farmhand changed nothing in the cluster for that, and does not know what became of the rebuild`;
  const { driveAt: _, pause: __, stalledSince: ___, ...rest } = rebuild;
  const ended: Rebuild = {
    ...rest,
    phase: 'failed',
    endedAt: now,
    end: { at: now, by, reason, step: at?.name ?? 'release', errors: [] },
    steps: rebuild.steps.map((step) => overStep(step, at, now)),
  };
  const text = `Given up by ${by.name ?? by.id}, as over${because} farmhand had lost its records, changed nothing in the cluster for that, and does not know what became of this rebuild.`;
  const noted = withNote(withMark(ended, 'end', 'given up', now), { kind: 'ended', text, by }, now);
  const told = withEntry(noted, { kind: 'closing', lines: [text], by }, now);
  return writeOf(told, line(now, by.id, 'give_up', text), line(now, by.id, 'failed', reason));
};

const overStep = (step: Step, at: Step | undefined, now: number): Step => {
  if (step.state === 'done' || step.state === 'skipped') return step;
  const { name, attempt, startedAt } = step;
  const state = name === at?.name ? 'failed' : 'skipped';
  return { name, attempt, state, endedAt: now, ...(startedAt !== undefined && { startedAt }) };
};

/** The record of a rebuild whose card knows that it is over, while an older record that came back does not. */
export const endedWrite = (record: Rebuild, card: FoundCard, memory: CardMemory, now: number): Transition => {
  const {
    driveAt: _,
    pause: __,
    stalledSince: ___,
    ...rest
  } = memory.kept ? restored(card, memory.kept, record.plan.instance, now) : record;
  const phase = isOver(memory.phase) ? memory.phase : 'failed';
  const over: Rebuild = { ...rest, phase, endedAt: rest.endedAt ?? now };
  if (!hasEnded(over)) throw new TypeError('an ended rebuild has an end');
  const text = 'An older copy of its record came back; its card knows that it is over.';
  return writeOf(over, line(now, farmhand.id, 'ended_before', text));
};
