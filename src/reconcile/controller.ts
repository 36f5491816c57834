/**
 * Makes something outside match a record (docs/adr/0009): load, decide, claim, prove, execute, apply. The order of the
 * six is what keeps farmhand right.
 */
export interface Controller<Seen, Work> {
  /** The record, and what else is to be seen for a decision; undefined: there is none, or it is over. */
  load(id: string): Promise<Seen | undefined>;
  /** Pure: what is to be done now. */
  decide(seen: Seen): Decision<Work>;
  /** Lets the work go on where there is room for it now; otherwise answers how long to wait, ms. Default: it goes. */
  admit?(seen: Seen, work: Work, go: () => Promise<void>): Promise<number | undefined>;
  /** Claims, executes and applies: `carryOut` of an `EffectSteps`, or `deliver` for a message in Slack. */
  carryOut(seen: Seen, work: Work): Promise<void>;
}

/** One kind of effect: the claim is on record before it is made, and its outcome is applied to the newest record. */
export interface EffectSteps<Seen, Work, Claim extends Claimed, Outcome> {
  /** Writes on the newest record that this is about to be done; undefined: the record has moved on, decide again. */
  claim(seen: Seen, work: Work): Promise<Claim | undefined>;
  /**
   * Whether the claim is proven by the audit: undefined, or the outcome of an effect that is not made for that. Never
   * throws. Default: nothing needs proof.
   */
  prove?(claim: Claim): Promise<Outcome | undefined>;
  /** Makes the effect. What it throws may have been made. */
  execute(claim: Claim): Promise<Outcome>;
  /** The outcome of an effect that threw: nobody knows whether it was made. */
  unanswered(error: unknown): Outcome;
  /** Writes on the newest record what came of it. */
  apply(claim: Claim, outcome: Outcome): Promise<void>;
}

export interface Claimed {
  /** When it was written; ms. */
  readonly at: number;
}

export type Decision<Work> =
  /** Nothing before the record changes. */
  | { readonly do: 'nothing' }
  /** Something is due by itself then; ms. */
  | { readonly do: 'wait'; readonly until: number }
  /** Each on its own, all at once. */
  | { readonly do: 'work'; readonly work: readonly Work[] };

/** When a pass gives its worker back, so that no record keeps another waiting. */
export interface PassLimits {
  readonly now: () => number;
  /** Rounds of work. */
  readonly rounds: number;
  /** No round begins later than this after the pass; default: no limit. ms */
  readonly budget?: number;
  /** When to come again after that many rounds; default: at once. ms */
  readonly rest?: number;
  /** The process ends: no round begins. */
  readonly stopping?: () => boolean;
}

/** A claim that is older when the store answers may have been taken over: the process was stopped in between. ms */
export const claimGoodFor = 10_000;

/**
 * One pass: load, decide, carry out, and again until there is nothing to do now. Safe to run twice, late, or
 * after a crash at any point.
 * @returns when to come again, ms from now; undefined: not before the record changes.
 * @throws what the store throws; what was begun is on record, and the next pass finds it.
 */
export const reconcile = async <Seen, Work>(
  controller: Controller<Seen, Work>,
  id: string,
  { now, rounds, budget = Number.POSITIVE_INFINITY, rest = 0, stopping = () => false }: PassLimits,
): Promise<number | undefined> => {
  const until = now() + budget;
  for (let round = 0; ; round++) {
    if (stopping() || now() >= until) return 0;
    const seen = await controller.load(id);
    if (seen === undefined) return undefined;
    const decision = controller.decide(seen);
    if (decision.do === 'nothing') return undefined;
    if (decision.do === 'wait') return Math.max(1, decision.until - now());
    if (round >= rounds) return rest;
    const { admit = (_, __, go) => go().then(() => undefined) } = controller;
    const waits = await Promise.all(
      decision.work.map((work) => admit(seen, work, () => controller.carryOut(seen, work))),
    );
    const held = waits.filter((ms) => ms !== undefined);
    if (held.length === waits.length) return Math.max(1, Math.min(...held));
  }
};

/** The same controller, which begins with what the store has just given, and asks for it from then on. */
export const firstFrom = <Seen, Work>(
  controller: Controller<Seen, Work>,
  first: Seen | undefined,
): Controller<Seen, Work> => {
  let known = first;
  return {
    ...controller,
    load: async (id) => {
      const seen = known ?? (await controller.load(id));
      known = undefined;
      return seen;
    },
  };
};

/** Carries out one effect at a time, as its claim allows. */
export const carryOut =
  <Seen, Work, Claim extends Claimed, Outcome>(
    effect: EffectSteps<Seen, Work, Claim, Outcome>,
    now: () => number,
  ): Controller<Seen, Work>['carryOut'] =>
  async (seen, work) => {
    const claim = await effect.claim(seen, work);
    if (claim === undefined) return;
    const unproven = await effect.prove?.(claim);
    // Last of all: whoever was stopped for long while it looked may have been overtaken.
    if (now() - claim.at > claimGoodFor) return;
    if (unproven !== undefined) return effect.apply(claim, unproven);
    let outcome: Outcome;
    try {
      outcome = await effect.execute(claim);
    } catch (error) {
      outcome = effect.unanswered(error);
    }
    await effect.apply(claim, outcome);
  };
