import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/schema/schema.ts';
import { FarmhandError, messageOf } from '../../core/errors.ts';
import { createSlackClient } from '../../integrations/slack/client/client.ts';
import { identify, type SlackIdentity } from '../../integrations/slack/client/identity.ts';
import { createDeclarations, type Declarations } from '../../integrations/slack/declarations.ts';
import type { Log } from '../../observability/log.ts';
import type { RecoveryStore } from '../../recovery/ports.ts';
import { type Declaration, type RegionStanding, recordsAre, settleAfter } from '../../region/region.ts';
import { createRegionWatch } from '../../region/region-watch.ts';
import type { AppContext } from '../shared/context.ts';

export type RegionConfig = NonNullable<Config['region']>;

/** What keeps a region that does not work from writing and doing anything. */
export interface RegionGate {
  /** Why this region may not work now, a sentence; undefined while it may. */
  closed(): string | undefined;
  /** The declaration that it works under; undefined: there are no regions. */
  under(): string | undefined;
  /** Resolves when this region may begin to work on its records, however long that takes. */
  begin(records: Pick<RecoveryStore, 'look'>): Promise<void>;
}

const noRegions: RegionGate = {
  closed: () => undefined,
  under: () => undefined,
  begin: async () => {},
};

/** Slack is asked this often, and its answer counts for the lease; ms. */
const askEvery = 10_000;
const askAgain = 2_000;

/** Where the declarations are. Calls of its own: they wait behind no post. */
export const openDeclarations = (
  { slack, region }: { readonly slack: Config['slack']; readonly region: RegionConfig },
  { log, safe }: { readonly log: Log; readonly safe: (text: string) => string },
): Declarations & AsyncDisposable => {
  const client = createSlackClient({
    ...{ botToken: slack.bot_token.reveal(), apiUrl: slack.api_url, log, safe },
    ...{ concurrency: 2, timeoutMs: Math.min(10_000, region.lease / 2) },
  });
  let known: SlackIdentity | undefined;
  const identity = async (): Promise<SlackIdentity> => {
    known ??= await identify(client.web);
    return known;
  };
  return {
    ...createDeclarations({ ...client, identity }, region.channel),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
};

/** Watches which region works, from now on; where there are no regions, this one does. */
export const openRegion = (context: AppContext): RegionGate => {
  const { config, log, metrics, health, stack, redactor, onFatal } = context;
  const { region, slack } = config();
  if (!region) return noRegions;
  const clock = () => performance.now();
  const declarations = stack.use(openDeclarations({ slack, region }, { log, safe: redactor.known }));
  let under: Declaration | undefined;
  let waits: string | undefined;

  const closed = (): string | undefined => {
    const standing = watch.standing();
    if (standing.is !== 'active') return whyNot(region.name, standing);
    return under?.ts === standing.declaration.ts ? undefined : (waits ?? `Region ${region.name} begins.`);
  };
  const report = (): void => {
    const why = closed();
    const standing = watch.standing();
    metrics.metrics.regionActive.set({ name: region.name }, why === undefined ? 1 : 0);
    metrics.metrics.regionStandby.reset();
    // To stand by is what it is there for.
    const standby = standing.is === 'standby';
    if (standby) metrics.metrics.regionStandby.set({ name: standing.active.region }, 1);
    health.report('region', why === undefined ? 'up' : standby ? 'degraded' : 'down', why);
  };
  const onStanding = (standing: RegionStanding): void => {
    const now =
      'active' in standing ? standing.active : 'declaration' in standing ? standing.declaration : undefined;
    log.info({ region: region.name, standing: standing.is, declaration: now }, 'How this region stands');
    if (!under || !now || now.ts === under.ts) return;
    // What this process holds is of a reign that is over. It begins anew, as a region that stands by.
    onFatal(
      new FarmhandError(
        'region_superseded',
        `Region ${now.region} was promoted: ${region.name} stops, and stands by.`,
      ),
    );
  };
  const watch = createRegionWatch({
    own: region.name,
    lease: region.lease,
    newest: declarations.newest,
    clock: () => ({ monotonic: clock(), wall: context.now() }),
    onStanding,
  });
  report();

  let stopped = false;
  const ask = async (): Promise<void> => {
    await watch.look();
    report();
    if (stopped) return;
    const every =
      watch.trouble() === undefined
        ? Math.min(askEvery, region.lease / 3)
        : Math.min(askAgain, region.lease / 5);
    timer = setTimeout(() => void ask(), every).unref();
  };
  let timer: NodeJS.Timeout | undefined;
  void ask();
  const reporting = setInterval(report, 1_000).unref();
  stack.defer(() => {
    stopped = true;
    clearTimeout(timer);
    clearInterval(reporting);
  });

  /** Undefined: it may begin. */
  const mustWait = async (
    records: Pick<RecoveryStore, 'look'>,
    declaration: Declaration,
    since: number,
  ): Promise<string | undefined> => {
    const { mark, importing } = await records.look();
    if (importing) return `Region ${region.name} waits: records are being imported into its Redis.`;
    switch (recordsAre(declaration, mark)) {
      case 'its_own':
        return undefined;
      case 'of_before':
        return `Region ${region.name} was promoted, and its records are of before another region worked: import those of the other one, or promote again with --records. Nothing is done meanwhile.`;
      case 'fit': {
        const left = since + settleAfter(region.lease) - clock();
        return left > 0
          ? `Region ${region.name} was promoted, and begins in ${Math.ceil(left / 1000)} s, when the region before has surely stopped.`
          : undefined;
      }
    }
  };
  return {
    closed,
    under: () => under?.ts,
    begin: async (records) => {
      let declared: { readonly ts: string; readonly since: number } | undefined;
      for (let told = ''; ; await sleep(250, undefined, { signal: context.signal })) {
        const standing = watch.standing();
        if (standing.is !== 'active') {
          waits = undefined;
          declared = undefined;
        } else {
          const { declaration } = standing;
          if (declared?.ts !== declaration.ts) declared = { ts: declaration.ts, since: clock() };
          waits = await mustWait(records, declaration, declared.since).catch(
            (error: unknown) =>
              `Region ${region.name} was promoted, and its Redis does not answer: ${messageOf(error)}`,
          );
          if (waits === undefined) {
            under = declaration;
            report();
            log.info({ region: region.name, declaration }, 'This region works from now on');
            return;
          }
        }
        // Without its seconds, so that a wait is told once.
        const why = (closed() ?? '').replace(/\d+ s/, '');
        if (why !== told) log.warn({ why: closed() }, 'This region does not work yet');
        told = why;
      }
    },
  };
};

const whyNot = (own: string, standing: Exclude<RegionStanding, { is: 'active' }>): string => {
  switch (standing.is) {
    case 'undeclared':
      return `No region was promoted yet: farmhand promote in the region that is to work. This is ${own}.`;
    case 'standby':
      return `Region ${standing.active.region} works; this is ${own}, which stands by.`;
    case 'unknown':
      return `Whether region ${own} is the one that works is not known (${standing.why}), so it does nothing.`;
    default:
      return standing satisfies never;
  }
};
