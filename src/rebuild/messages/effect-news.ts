import { inFull, type Person } from '../../core/person.ts';
import type { Effect } from '../model/parts/effect-state.ts';
import type { NewsWords } from './message.ts';
import { effectTitle } from './titles.ts';

interface Of {
  readonly effect: Effect;
}
interface Failed extends Of {
  readonly error: string;
}

/** What the world calls a scale: ` (commit 3f2a91c)`. */
const called = (name: string): string => (name === '' ? '' : ` (${name})`);

const askedFor = (by: Person | undefined, reason: string | undefined) =>
  by && {
    lines: [`Asked for by ${inFull(by)}${reason === undefined || reason === '' ? '.' : `: ${reason}`}`],
  };

/** What becomes of the changes of the world, from claim to outcome. */
export const effectNews = {
  intends: ({
    effect,
    key,
    attempts,
    by,
  }: Of & { readonly key: string; readonly attempts: number; readonly by?: Person | undefined }) => ({
    text: `${effectTitle(effect)} (${key}${attempts > 1 ? `, try ${attempts}` : ''})`,
    ...(by && { by }),
  }),
  /**
   * `name`: what the cluster or the deployment repository calls it. `marked`: it has no mark in the chart yet. `by`, `reason`: whose
   * number it is, and why.
   */
  scaled: ({
    effect,
    already,
    name,
    url,
    marked,
    by,
    reason,
  }: Of & {
    readonly already: boolean;
    readonly by?: Person | undefined;
    readonly reason?: string | undefined;
    readonly name: string;
    readonly url?: string | undefined;
    readonly marked: boolean;
  }) => {
    const title = effectTitle(effect);
    return {
      text: `${already ? 'Found done' : 'Done'}: ${title}${called(name)}.`,
      ...(by && { asker: by }),
      ...(effect.kind === 'scale' && effect.role === 'farmer'
        ? { entry: 'change', ...askedFor(by, reason) }
        : { entry: 'row' }),
      ...(marked && { mark: 'scale', marked: title }),
      ...(url !== undefined && { note: 'scaled', url }),
    };
  },
  /** What the engine is told to do has only begun. */
  ordered: ({ effect, already }: Of & { readonly already: boolean }) => ({
    what: effect.kind === 'stop_run' ? 'stopped' : 'ordered',
    text: `${already ? 'Found ordered' : 'Ordered'}: ${effectTitle(effect)}.`,
    entry: 'row',
  }),
  outcome_unknown: ({ effect, error }: Failed) => ({
    text: `${effectTitle(effect)}: perhaps done, perhaps not. ${error}`,
  }),
  not_done: ({ effect, error }: Failed) => ({
    text: `${effectTitle(effect)}: not done, tried again. ${error}`,
  }),
  conflict: ({ effect, error }: Failed) => ({
    text: `${effectTitle(effect)}: not done, the world has changed meanwhile. ${error}`,
  }),
  /** `endless`: tried again until it works, because nobody is asked; `told`: in the thread. */
  refused: ({ effect, error, ...how }: Failed & { readonly endless?: 'told' | 'again' | undefined }) => {
    const title = effectTitle(effect);
    if (how.endless === undefined) return { text: `${title}: refused. ${error}` };
    return {
      text: `${title} was refused. ${error} It is tried again every few minutes until it works.`,
      ...(how.endless === 'told' && {
        note: 'error',
        entry: 'error',
        mark: 'error',
        marked: `${title} refused`,
      }),
    };
  },
  given_up: ({ effect, key, error }: Failed & { readonly key: string }) => ({
    text: `${effectTitle(effect)} (${key}): ${error}. It is not repeated now.`,
  }),
  arrived: ({ effect }: Of) => ({
    text: `${effectTitle(effect)} is in the cluster now; nothing stands in its way any more.`,
    note: 'moving',
    entry: 'row',
  }),
  blocked: ({ effect, says }: Of & { readonly says: string }) => ({
    text: `${effectTitle(effect)} is committed and has not arrived in the cluster: ${says} Nothing more is committed; it is waited for.`,
    note: 'error',
    entry: 'error',
    mark: 'error',
    marked: `${effectTitle(effect)} has not arrived`,
  }),
} satisfies Record<string, (facts: never) => NewsWords>;
