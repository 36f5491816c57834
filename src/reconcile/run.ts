import { UnreadableRecord } from '../core/errors.ts';
import { type LeaseDeps, type Next, type Turn, underLease } from './lease.ts';
import { isTimed, type Nudges, type Pass, type Work } from './work.ts';

export interface RunDeps extends Omit<LeaseDeps, 'onStuck'> {
  /** Absent: this process does not work on those. */
  readonly passes: Readonly<Partial<Record<Work, Pass>>>;
  /** Those that look at their work while they take its lease. */
  readonly turns?: Readonly<Partial<Record<Exclude<Work, 'alert'>, (id: string) => Turn>>>;
  readonly nudges: Nudges;
  /** Told when something is due again that comes by the due index; ms. Default: nobody has to be. */
  readonly onTimed?: (at: number) => void;
  readonly onError: (error: unknown, work: Work, id: string) => void;
}

/** After an error nobody expected: soon, but not at once. ms */
const retryMs = 1_000;
/** What only a repair helps is looked at again after this. ms */
const repairMs = 60_000;

const isMine: Turn['take'] = async () => ({ ok: true });

/**
 * Runs what a nudge asks for, and nudges for when to come again. What fails unexpectedly is told, and comes again.
 * `given`: the pass of what this process was just given the lease of, or the turn of what it is about to be given.
 */
export type Run = (
  work: Work,
  id: string,
  given?: (() => Promise<number | undefined>) | Turn,
) => Promise<void>;

export const createRun = (deps: RunDeps): Run => {
  const failed = (work: Work, id: string, error: unknown): number => {
    deps.onError(error, work, id);
    return error instanceof UnreadableRecord ? repairMs : retryMs;
  };

  const runOnce: (...of: Parameters<Run>) => Promise<Next | undefined> = async (work, id, given) => {
    const taken = typeof given === 'function' ? given : undefined;
    const ahead = typeof given === 'function' ? undefined : given;
    const turn = work === 'alert' || taken ? undefined : (ahead ?? deps.turns?.[work]?.(id));
    const once = taken ?? turn?.pass ?? (async () => deps.passes[work]?.(id));
    const pass = () => once().catch((error: unknown) => failed(work, id, error));
    if (work === 'alert') {
      // Its actions do not wait for each other: docs/adr/0009.
      const ms = await pass();
      return ms === undefined ? undefined : { ms, why: 'later' };
    }
    const onStuck = () => deps.onError(new Error('A pass hangs; another one begins'), work, id);
    return underLease({ ...deps, onStuck }, work, id, pass, taken ? isMine : turn?.take);
  };
  return async (work, id, given) => {
    const next = await runOnce(work, id, given).catch(
      (error: unknown): Next => ({ ms: failed(work, id, error), why: 'later' }),
    );
    if (next?.why === 'later' && next.ms > 0 && isTimed(work)) deps.onTimed?.(deps.now() + next.ms);
    else if (next?.why === 'taken') await deps.nudges.afterLease(work, id, next.ms);
    else if (next) await deps.nudges.nudge(work, [id], next.ms);
  };
};
