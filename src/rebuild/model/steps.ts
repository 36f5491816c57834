/**
 * The life of a rebuild, in order: what each step is called, and what people may ask of it. What a step does is one
 * object in `src/rebuild/steps/<name>.ts`; the compiler asks for it. Nothing else lists the steps.
 */
interface StepFacts {
  /** In records, keys and the config. */
  readonly name: string;
  /** Where people read it. */
  readonly title: string;
  /** The world is not touched in it. */
  readonly early?: true;
  /** It can be left out without lying about the rest. */
  readonly skippable?: true;
  /** A rebuild can be taken back to it. */
  readonly restartable?: true;
}

const steps = [
  { name: 'preflight', title: 'Preflight', early: true },
  { name: 'ticket', title: 'Ticket', early: true },
  { name: 'synchronizer', title: 'Synchronizer', restartable: true },
  { name: 'history', title: 'History update', skippable: true, restartable: true },
  { name: 'farmers', title: 'Farmers', restartable: true },
  { name: 'rebuild', title: 'Rebuild', restartable: true },
  { name: 'write', title: 'Write caches', skippable: true, restartable: true },
  { name: 'teardown', title: 'Teardown' },
  { name: 'propagate', title: 'Propagate', skippable: true, restartable: true },
  { name: 'release', title: 'Release' },
] as const satisfies readonly StepFacts[];

export type StepName = (typeof steps)[number]['name'];

const [first, ...others] = steps;
export const stepNames: readonly [StepName, ...StepName[]] = [first.name, ...others.map(({ name }) => name)];

const those = (have: (step: StepFacts) => boolean | undefined): readonly StepName[] =>
  steps.filter(have).map(({ name }) => name);

export const skippable = those(({ skippable: may }) => may);
export const restartable = those(({ restartable: may }) => may);
const early = those((step) => step.early);

export const isEarly = (name: StepName): boolean => early.includes(name);

// Every name of the list has its title.
export const stepTitle = Object.fromEntries(steps.map(({ name, title }) => [name, title])) as Readonly<
  Record<StepName, string>
>;
