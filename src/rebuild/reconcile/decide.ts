import { formatDuration } from '../../core/duration.ts';
import { type Chance, chanceOf, claim, effectTitle, type Wish } from '../effects/effects.ts';
import { scalingWish } from '../effects/scaling.ts';
import { keptUp, resolve } from '../effects/unsettled.ts';
import { mayAct } from '../model/approval.ts';
import { activeMs, currentStep, hasEnded, openEffect } from '../model/edit.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { EffectState, Rebuild, RebuildWrite, Step } from '../model/rebuild.ts';
import { change, type Sheet, tell } from '../model/sheet.ts';
import { absorb } from '../observe/absorb.ts';
import type { World } from '../observe/world.ts';
import { offering } from '../planning/offering.ts';
import { rechecked } from '../planning/recheck.ts';
import type { Here, Move } from '../steps/move.ts';
import { askPerson, fail, finishStep, goOn } from '../steps/settle.ts';
import { moveOf } from '../steps/step.ts';
import { beginStep } from './begin.ts';
import { finish, tearDown, turnToEnd, wantingNothing } from './ending.ts';
import { askFor, gateOf } from './gate.ts';
import { idleLook } from './idle-look.ts';
import { pauseNow, remind } from './pausing.ts';

export interface Decision {
  readonly write?: RebuildWrite;
  /** Claimed in that write: to be made once it is stored, and not before. */
  readonly perform?: EffectState;
}

/** What a pass is done with. */
interface Pass {
  readonly world: World;
  readonly now: number;
  readonly policy: RebuildPolicy;
  readonly newClaim: string;
}

/** A record, what it wants done, and when it wants to be looked at again; ms. */
interface Outcome {
  readonly sheet: Sheet;
  readonly perform?: EffectState;
  readonly at: number;
}

/**
 * The next record of a rebuild from what was seen, and at most one change of the world, claimed in it. Pure and
 * synchronous; nothing for a rebuild that has ended. Deciding twice on the same gives the same.
 */
export const decide = (
  rebuild: Rebuild,
  world: World,
  now: number,
  policy: RebuildPolicy,
  newClaim: string,
): Decision => {
  if (hasEnded(rebuild)) return {};
  if (rebuild.recheck) return { write: rechecked(rebuild, world, now, policy) };
  const pass: Pass = { world, now, policy, newClaim };
  const seen = absorb({ rebuild, journal: [] }, world, now, policy);
  const { sheet, perform, at } = passOf(seen, pass);
  const write = hasEnded(sheet.rebuild)
    ? sheet
    : change(sheet, (r) => ({ ...r, driveAt: Math.max(at, now) }));
  return { write, ...(perform && { perform }) };
};

const passOf = (sheet: Sheet, pass: Pass): Outcome => {
  const { rebuild } = sheet;
  const { world, now, policy } = pass;
  const open = openEffect(rebuild);
  if (open) {
    const resolved = resolve(sheet, open, world, now, policy);
    switch (resolved.kind) {
      case 'settled':
        return { sheet: resolved.sheet, at: now };
      case 'again':
        return claimed(sheet, again(open), open.attempts + 1, pass);
      case 'wait':
        return unsettled(sheet, open, resolved.at, pass);
      default:
        return resolved satisfies never;
    }
  }
  if (rebuild.phase !== 'running') return endingPass(sheet, pass);
  if (rebuild.pause) return pausedPass(sheet, pass);
  return runningPass(sheet, pass);
};

const again = ({ effect, key, by, reason }: EffectState): Wish => ({
  effect,
  key,
  ...(by && { by }),
  ...(reason !== undefined && { reason }),
});

/** An outcome that stays unknown is a person’s concern after as many tries as any other failure. */
const unsettled = (sheet: Sheet, open: EffectState, at: number, { now, policy }: Pass): Outcome => {
  const soonest = Math.min(at, now + policy.poll);
  const step = currentStep(sheet.rebuild);
  if (!step || sheet.rebuild.pause || open.attempts < policy.attempts) return { sheet, at: soonest };
  const move = effectFailed(open.effect, open.error ?? 'its outcome cannot be found out', step.says ?? '');
  return { sheet: askPerson(sheet, step, move.says, move.ask, now, policy), at: soonest };
};

const pausedPass = (sheet: Sheet, { now, policy }: Pass): Outcome => {
  const { pause } = sheet.rebuild;
  if (!pause) return { sheet, at: now };
  const next = pause.state === 'pausing' ? pauseNow(sheet, pause, now) : remind(sheet, pause, now, policy);
  return {
    sheet: next,
    at: Math.min(
      idleLook(next.rebuild.at, now, policy.idlePoll),
      next.rebuild.pause?.remindAt ?? Number.POSITIVE_INFINITY,
    ),
  };
};

const runningPass = (sheet: Sheet, pass: Pass): Outcome => {
  const { world, now, policy } = pass;
  const step = currentStep(sheet.rebuild);
  if (!step) return { sheet: finish(sheet, 'released', now), at: now };
  const active = activeMs(sheet.rebuild, now);
  if (active >= policy.limit && step.name !== 'release') {
    const errors = [
      `It has taken ${formatDuration(active)} without pauses, and the limit is ${formatDuration(policy.limit)}.`,
    ];
    return { sheet: fail(sheet, step, [...errors, ...(step.ask ? [step.ask.what] : [])], now), at: now };
  }
  // Its first look is its own: what was seen before it began may lack what it needs.
  if (step.state === 'pending') return { sheet: beginStep(sheet, step.name, now, policy), at: now };
  const here: Here = { rebuild: sheet.rebuild, step, world, now, policy };
  const gate = gateOf(sheet, here);
  switch (gate.kind) {
    case 'open':
      return settle(sheet, step, moveOf(here), pass, 'running');
    case 'held':
      return settle(sheet, step, gate.move, pass, 'held');
    case 'again':
      return { sheet: gate.sheet, at: now };
    case 'look':
      return { sheet, at: now };
    default:
      return gate satisfies never;
  }
};

const endingPass = (sheet: Sheet, pass: Pass): Outcome => {
  const { world, now, policy } = pass;
  const turned = change(sheet, (rebuild) => turnToEnd(rebuild, now));
  const phase = turned.rebuild.phase === 'cancelling' ? 'cancelled' : 'failed';
  const step = currentStep(turned.rebuild);
  if (!step || step.state === 'skipped' || step.state === 'failed' || step.state === 'done') {
    return { sheet: finish(turned, phase, now), at: now };
  }
  if (step.state === 'pending') {
    const begun = change(beginStep(turned, 'teardown', now, policy), wantingNothing);
    return { sheet: begun, at: now };
  }
  const wanting = change(turned, wantingNothing);
  const here: Here = { rebuild: wanting.rebuild, step, world, now, policy };
  return settle(wanting, step, tearDown(here), pass, 'ending');
};

/** `held`: the gate is closed, so the world is left alone whatever the record wants. */
type Mode = 'running' | 'held' | 'ending';

const settle = (before: Sheet, step: Step, move: Move, pass: Pass, mode: Mode): Outcome => {
  const { now, policy } = pass;
  const moved = 'rebuild' in move && move.rebuild ? { ...before, rebuild: move.rebuild } : before;
  switch (move.kind) {
    case 'done': {
      const told = move.tell ? tell(moved, move.tell, now) : moved;
      const sheet = finishStep(told, step, move.says, now);
      if (mode !== 'ending') return { sheet, at: now };
      return {
        sheet: finish(sheet, sheet.rebuild.phase === 'cancelling' ? 'cancelled' : 'failed', now),
        at: now,
      };
    }
    case 'fail':
      return { sheet: fail(moved, step, move.errors, now), at: now };
    case 'again': {
      // What was told of the try before need not be told again.
      const begun = beginStep(tell(moved, move.tell, now), step.name, now, policy);
      const { told } = before.rebuild;
      return { sheet: change(begun, (rebuild) => (told ? { ...rebuild, told } : rebuild)), at: now };
    }
    case 'on':
    case 'ask':
      return going(moved, step, move, pass, mode);
    default:
      return move satisfies never;
  }
};

type Going = Extract<Move, { kind: 'on' | 'ask' }>;

const going = (sheet: Sheet, step: Step, move: Going, pass: Pass, mode: Mode): Outcome => {
  const { world, now, policy } = pass;
  const ending = mode === 'ending';
  // Before the ticket is there the cluster is not ours to change, whatever is found.
  const early = step.name === 'preflight' || step.name === 'ticket';
  const scaling =
    mode !== 'running' || early ? undefined : scalingWish(sheet.rebuild, world, keptUp(sheet.rebuild));
  const patient = ending || step.name === 'teardown' || step.name === 'release';
  const tries = [scaling, move.wish].flatMap((wish) =>
    wish ? [{ wish, chance: chanceOf(sheet.rebuild, wish, now, policy, patient) }] : [],
  );
  const next = tries.find(({ chance }) => chance.may);
  const shown = stuckOn(tries, step, move) ?? move;
  const told =
    shown.kind === 'ask'
      ? askPerson(sheet, step, shown.says, shown.ask, now, policy)
      : goOn(sheet, step, shown.says, now);
  const asked = currentStep(told.rebuild);
  if (asked?.ask?.until !== undefined && now >= asked.ask.until) {
    const errors = [
      asked.ask.what,
      `Nobody answered within ${formatDuration(asked.ask.until - asked.ask.since)}.`,
    ];
    return { sheet: fail(told, asked, errors, now), at: now };
  }
  const offered = step.name === 'rebuild' && !ending ? offering(told, now) : told;
  if (next?.chance.may) return claimed(offered, next.wish, next.chance.attempts, pass);
  const retries = tries.flatMap(({ chance }) => ('at' in chance ? [chance.at] : []));
  return { sheet: offered, at: wakeAt(offered.rebuild, shown, retries, pass) };
};

/** A change that was given up needs a person; a scale that fails while the rebuild runs must not end it. */
const stuckOn = (
  tries: readonly { readonly wish: Wish; readonly chance: Chance }[],
  { name }: Step,
  { says }: Going,
): Going | undefined => {
  for (const { wish, chance } of tries) {
    if (!('gaveUp' in chance)) continue;
    const ask = effectFailed(wish.effect, chance.gaveUp, says);
    const harmless = wish.effect.kind === 'scale' && name !== 'synchronizer' && name !== 'farmers';
    return harmless ? { ...ask, ask: { ...ask.ask, until: 'no end' } } : ask;
  }
  return undefined;
};

const effectFailed = (
  effect: EffectState['effect'],
  error: string,
  says: string,
): Extract<Move, { kind: 'ask' }> => ({
  kind: 'ask',
  says,
  ask: {
    code: 'effect_failed',
    what: `Could not be done: ${effectTitle(effect)}. ${error}`,
    options: ['Mend what is in the way, then retry', 'Or cancel'],
  },
});

const claimed = (sheet: Sheet, wish: Wish, attempts: number, { now, newClaim, policy }: Pass): Outcome => {
  const { rebuild } = sheet;
  const step = currentStep(rebuild);
  // The gate was asked before; should a way round it be found, it ends here.
  if (rebuild.phase === 'running' && step && !mayAct(rebuild, { now, valid: policy.approvalValid })) {
    const { says, ask } = askFor(rebuild);
    return { sheet: askPerson(sheet, step, says, ask, now, policy), at: now + policy.poll };
  }
  const made = claim(rebuild, wish, attempts, newClaim, now);
  const text = `${effectTitle(wish.effect)} (${wish.key}${attempts > 1 ? `, try ${attempts}` : ''})`;
  const next = tell(
    { ...sheet, rebuild: made.rebuild },
    { what: 'intends', text, ...(wish.by && { by: wish.by }) },
    now,
  );
  // Whoever claimed it comes back at once; should they not, it is looked for when the claim is surely over.
  return { sheet: next, perform: made.effect, at: now + policy.claimTimeout };
};

const wakeAt = (rebuild: Rebuild, move: Going, retries: readonly number[], { now, policy }: Pass): number => {
  const step = currentStep(rebuild);
  const slow = move.kind === 'on' ? move.slow === true : move.ask.until === 'no end';
  const times = [step?.deadline, step?.ask?.until, ...retries];
  const due = times.filter((time) => time !== undefined).filter((time) => time > now);
  return Math.min(slow ? idleLook(rebuild.at, now, policy.idlePoll) : now + policy.poll, ...due);
};
