import { type OwnTiers, ownTiersOf } from '../../src/access/rights.ts';
import type { Alert } from '../../src/alerts/model/alert.ts';
import { type AlertReads, seenBy } from '../../src/alerts/ports/seen.ts';
import type { Person } from '../../src/core/person.ts';
import { type CommandDeps, fromRecords } from './deps.ts';

/** The alerts that somebody may be shown. Who they are is asked only where tiers keep people apart. */
export const readsFor = async (
  { queries, sight }: Pick<CommandDeps, 'queries' | 'sight'>,
  who: () => Person | Promise<Person>,
): Promise<AlertReads> => (sight?.applies() ? seenBy(queries, await sight.of(await who())) : queries);

/** Of which tiers somebody is; undefined where nobody is kept apart. */
export const ownTiersFor = async (
  { sight }: Pick<CommandDeps, 'sight'>,
  who: () => Person | Promise<Person>,
): Promise<OwnTiers | undefined> => (sight?.applies() ? ownTiersOf(await sight.of(await who())) : undefined);

/** One of them, in time: undefined where there is none, or they may not be shown it. */
export const alertFor = (
  deps: CommandDeps,
  idOrPrefix: string,
  who: () => Person | Promise<Person>,
): Promise<Alert | undefined> =>
  fromRecords(
    deps,
    readsFor(deps, who).then((reads) => reads.get(idOrPrefix)),
  );
