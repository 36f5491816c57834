/** Why a request was refused that the API server itself would have taken. Nothing of it is stored. */
export interface Denial {
  /** `denied`: by its rule, and again the next time. `away`: it could not be asked. */
  readonly kind: 'denied' | 'away';
  /** For people: who it was and what to do, without a full stop. */
  readonly means: string;
}

/** Who said no; the patterns are those of Kubernetes 1.37. */
const deniers: readonly (readonly [RegExp, string])[] = [
  [/ValidatingAdmissionPolicy '([^']+)'/, 'the admission policy'],
  [/MutatingAdmissionPolicy '([^']+)'/, 'the admission policy'],
  [/admission webhook "([^"]+)" denied the request/, 'the admission webhook'],
];

/** A policy asks for a number where a Scale has none: it leaves a zero out. */
const missesZero = /no such key: replicas/;

/** That a policy or webhook said no, by the whole message; undefined: it was nobody of that kind. */
export const denialOf = (message: string): Denial | undefined => {
  for (const [pattern, what] of deniers) {
    const name = pattern.exec(message)?.[1];
    if (name === undefined) continue;
    const means = missesZero.test(message)
      ? `${what} ${name} cannot read a number of zero, because a Scale leaves it out: whoever keeps it has to write object.spec.?replicas.orValue(0) there`
      : `that is ${what} ${name}, and not a missing right of farmhand's: ask whoever keeps it`;
    return { kind: 'denied', means };
  }
  const webhook = /failed calling webhook "([^"]+)"/.exec(message)?.[1];
  if (webhook === undefined) return undefined;
  return {
    kind: 'away',
    means: `the admission webhook ${webhook} is away, and until it answers nothing can be changed; it is not a missing right of farmhand's`,
  };
};
