import { line } from '../../core/journal.ts';
import type { Person } from '../../core/person.ts';
import {
  adoptedWords,
  endedBeforeWords,
  type GoesOn,
  givenUpWords,
  goesOnWords,
  type MovedPart,
  missingWords,
  type NoAdoption,
} from '../messages/commands/adoption.ts';
import { foundWords } from '../messages/planning/found.ts';
import { withAsker } from '../model/approval.ts';
import type { Adoption, FoundCard, LostRebuild } from '../model/lost.ts';
import type { Instance } from '../model/parts/instance.ts';
import type { Step } from '../model/parts/step.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { currentStep, hasEnded } from '../model/record.ts';
import { startNeedsTwo } from '../model/rules/controlled.ts';
import { farmhand, type Transition, withEntry, withMark, withNote, writeOf } from '../model/transition.ts';
import { type CardMemory, isOver, type Kept, restored } from '../ports/memory.ts';
import type { AdoptionFacts } from '../ports/ports.ts';
import { reconciled } from '../reconcile/reconciled.ts';

export type AdoptionMade =
  | { readonly ok: true; readonly adoption: Adoption; readonly rebuild: Rebuild }
  | { readonly ok: false; readonly why: NoAdoption };

/** Pure: how a lost rebuild would be adopted in the world as it is seen, or every reason against it. */
export const makeAdoption = (
  lost: LostRebuild,
  instance: Instance,
  facts: AdoptionFacts,
  now: number,
): AdoptionMade => {
  const kept = lost.memory?.kept;
  const of = { id: lost.id, instance };
  if (lost.memory && isOver(lost.memory.phase)) return no({ code: 'lost_is_over', ...of });
  if (!kept) return no({ code: 'card_lacks_memory', ...of, facts });
  const moved = movedFrom(kept, instance);
  if (moved.length > 0) return no({ code: 'values_moved', ...of, moved });
  if (!facts.farmers.ok || !facts.synchronizer.ok) return no({ code: 'cluster_unseen', ...of, facts });
  const rebuild = reconciled(restored(lost, kept, instance, now), facts, now);
  return { ok: true, adoption: adoptionOf(lost, rebuild, foundWords(instance, facts)), rebuild };
};

const no = (why: NoAdoption): AdoptionMade => ({ ok: false, why });

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
    goesOn: goesOnWords(goesOn(rebuild)),
    missing: [
      missingWords.journal,
      missingWords.orders,
      ...(rebuild.ticket.state === 'wanted' ? [missingWords.ticket] : []),
    ],
  };
};

const goesOn = (rebuild: Rebuild): GoesOn => {
  if (rebuild.phase !== 'running') return { code: 'teardown' };
  const step = currentStep(rebuild);
  if (rebuild.pause) return { code: 'stays_paused', step: step?.name };
  return { code: rebuild.rest && step?.ask ? 'stays_at_rest' : 'step', step: step?.name };
};

const movedFrom = ({ place }: Kept, instance: Instance): readonly MovedPart[] =>
  (['cluster', 'namespace', 'farmerSet', 'synchronizerSet', 'engine', 'way'] as const).flatMap((part) =>
    place[part] === instance[part] ? [] : [{ part, was: place[part], is: instance[part] }],
  );

/** The record as it is written when a person has adopted it. */
export const adoptedWrite = (
  rebuild: Rebuild,
  by: Person,
  facts: AdoptionFacts,
  instance: Instance,
  now: number,
): Transition => {
  const { approval: _, ...rest } = rebuild;
  const again = startNeedsTwo(rebuild.plan);
  const before: Rebuild = again ? rest : rebuild;
  const adoptions = [...(rebuild.adoptions ?? []), { at: now, by }];
  const adopted = withAsker({ ...before, adoptions }, by);
  const lines = adoptedWords({
    instance,
    facts,
    goesOn: goesOn(rebuild),
    approval: again && rebuild.phase === 'running',
    by: rebuild.by,
    reason: rebuild.reason,
  });
  const [text] = lines;
  const noted = withNote(withMark(adopted, 'step', 'adopted', now), { kind: 'step', text, by }, now);
  const told = withEntry(noted, { kind: 'change', lines, by }, now);
  return writeOf(told, line(now, by.id, 'adopt', text));
};

/** The record of a lost rebuild that a person says is over: nothing was changed for it. */
export const givenUpWrite = (rebuild: Rebuild, by: Person, why: string, now: number): Transition => {
  const at = currentStep(rebuild);
  const { text, reason } = givenUpWords(by, why);
  const { driveAt: _, pause: __, stalledSince: ___, ...rest } = rebuild;
  const ended: Rebuild = {
    ...rest,
    phase: 'failed',
    endedAt: now,
    end: { at: now, by, reason, step: at?.name ?? 'release', errors: [] },
    steps: rebuild.steps.map((step) => overStep(step, at, now)),
  };
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
  return writeOf(over, line(now, farmhand.id, 'ended_before', endedBeforeWords));
};
