import type {
  ActionResult,
  ApiTaskPort,
  NewsRequest,
  PagerPort,
  PagerRequest,
  SilencePort,
  TicketPort,
} from '../../../src/alerts/ports/ports.ts';
import type { SimProcess } from '../process.ts';
import type { Chaos } from './chaos.ts';

/** Jira, Alertmanager and the SRE API: each makes one thing a key, however often it is asked. */
/** A comment, and whether the ticket was moved with it. */
export interface Told {
  readonly key: string;
  readonly state: NewsRequest['state'];
  readonly moves: number;
}

export interface OutsideSystems {
  /** How often each key was asked for, and what it was given. */
  readonly made: Map<string, string>;
  /** What tickets were told, by their id, in the order in which it was written. */
  readonly told: Map<string, readonly Told[]>;
  /** What a pager was told last of each alert, how often it opened an incident of it, and what it refused last. */
  readonly paged: Map<
    string,
    {
      readonly said: PagerRequest['say'];
      readonly opened: number;
      readonly refused?: PagerRequest['say'];
    }
  >;
  connect(
    process: SimProcess,
    chaos: Chaos,
  ): {
    readonly tickets: TicketPort;
    readonly silences: SilencePort;
    readonly apiTasks: ApiTaskPort;
    readonly pagers: PagerPort;
  };
}

export const createOutside = (): OutsideSystems => {
  const made = new Map<string, string>();
  const told = new Map<string, readonly Told[]>();
  const paged: OutsideSystems['paged'] = new Map();
  const ofTicket = (ticket: string): readonly Told[] => told.get(ticket) ?? [];
  return {
    made,
    told,
    paged,
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
      /** A comment and a move, each a call of its own: it may end between them. The last line says whether it is there. */
      const tell = async ({ ticket, key, state, mayExist, until }: NewsRequest): Promise<ActionResult> => {
        const call = async (effect: () => void) =>
          process.now() <= until &&
          process.call(
            chaos.random.between(10, 2_000),
            () => {
              if (chaos.chance(0.2)) return false;
              effect();
              return true;
            },
            50,
          );
        const isThere = (): boolean => ofTicket(ticket).some((one) => one.key === key);
        const commented =
          (mayExist && isThere()) ||
          (await call(() => told.set(ticket, [...ofTicket(ticket), { key, state, moves: 0 }])));
        if (!commented) return { ok: false, retry: true, error: 'HTTP 503' };
        if (chaos.chance(0.2)) throw new Error('the answer was lost');
        const moved =
          (mayExist && ofTicket(ticket).some((one) => one.key === key && one.moves > 0)) ||
          (await call(() =>
            told.set(
              ticket,
              ofTicket(ticket).map((one) => (one.key === key ? { ...one, moves: one.moves + 1 } : one)),
            ),
          ));
        if (!moved) return { ok: false, retry: true, error: 'HTTP 503' };
        if (chaos.chance(0.2)) throw new Error('the answer was lost');
        return { ok: true, id: ticket };
      };
      /** What is not begun in time is not sent: see src/integrations/http-client/begun-in-time.ts. */
      const page = async ({ alertId, say }: PagerRequest): Promise<ActionResult> => {
        const asked = process.now();
        const taken = await process.call(
          chaos.random.between(10, 8_000),
          () => {
            if (chaos.chance(0.2) || process.now() - asked > 12_000) return 'away';
            const { said = 'resolve', opened = 0 } = paged.get(alertId) ?? {};
            if (chaos.chance(0.2)) {
              paged.set(alertId, { said, opened, refused: say });
              return 'refused';
            }
            const opens = say === 'trigger' && said === 'resolve';
            if (say === 'trigger' || said !== 'resolve')
              paged.set(alertId, { said: say, opened: opened + (opens ? 1 : 0) });
            return 'taken';
          },
          50,
        );
        if (taken === 'away') return { ok: false, retry: true, error: 'HTTP 503' };
        if (chaos.chance(0.2)) throw new Error('the answer was lost');
        return taken === 'refused'
          ? { ok: false, retry: false, error: 'HTTP 400' }
          : { ok: true, id: alertId };
      };
      return {
        tickets: { raise: ({ key }) => make(key), tell },
        silences: { silence: ({ key }) => make(key) },
        pagers: { tell: page },
        apiTasks: { submit: ({ idempotencyKey }) => make(idempotencyKey) },
      };
    },
  };
};
