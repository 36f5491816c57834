import type { ActionResult, ApiTaskPort, SilencePort, TicketPort } from '../../../src/alerts/ports/ports.ts';
import type { SimProcess } from '../process.ts';
import type { Chaos } from './chaos.ts';

/** Jira, Alertmanager and the SRE API: each makes one thing a key, however often it is asked. */
export interface OutsideSystems {
  /** How often each key was asked for, and what it was given. */
  readonly made: Map<string, string>;
  connect(
    process: SimProcess,
    chaos: Chaos,
  ): { readonly tickets: TicketPort; readonly silences: SilencePort; readonly apiTasks: ApiTaskPort };
}

export const createOutside = (): OutsideSystems => {
  const made = new Map<string, string>();
  return {
    made,
    connect: (process, chaos) => {
      const make = async (key: string): Promise<ActionResult> => {
        const id = await process.call(
          // Now and then it hangs for longer than a claim is held.
          chaos.chance(0.1) ? chaos.random.between(10_000, 40_000) : chaos.random.between(10, 2_000),
          () => {
            if (chaos.chance(0.2)) return undefined;
            const known = made.get(key) ?? `X-${made.size + 1}`;
            made.set(key, known);
            return known;
          },
          50,
        );
        if (id === undefined) return { ok: false, retry: true, error: 'HTTP 503' };
        if (chaos.chance(0.2)) throw new Error('the answer was lost');
        return { ok: true, id };
      };
      return {
        tickets: { raise: ({ key }) => make(key) },
        silences: { silence: ({ key }) => make(key) },
        apiTasks: { submit: ({ idempotencyKey }) => make(idempotencyKey) },
      };
    },
  };
};
