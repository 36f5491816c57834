import { groupsWith } from '../../src/alerts/ports/queries.ts';
import { readAll } from '../../src/alerts/ports/read-all.ts';
import type { Person } from '../../src/core/person.ts';
import type { Message } from '../../views/blocks.ts';
import { handover } from '../../views/messages/handover.ts';
import { overviewFor } from '../rebuilds/read.ts';
import { type CommandDeps, fromRecords, rebuildSurface } from '../shared/deps.ts';
import { readsFor } from '../shared/reads.ts';

/** What the next one on call needs to know, as far as this person may see it. Changes nothing. */
export const handoverFor = async (
  deps: CommandDeps,
  who: () => Person | Promise<Person>,
): Promise<Message> => {
  const by = await who();
  const reads = await readsFor(deps, () => by);
  const surface = rebuildSurface(deps);
  const [page, counts, rebuilds] = await Promise.all([
    fromRecords(deps, readAll(reads, { status: 'firing' })),
    fromRecords(deps, reads.counts('firing')),
    surface && overviewFor(surface, by),
  ]);
  const groups = await fromRecords(deps, groupsWith(reads, page.alerts));
  return handover(
    {
      groups,
      alerts: page.alerts,
      firing: Math.max(counts.firing, page.alerts.length),
      ...(rebuilds && { rebuilds: rebuilds.flight, lost: rebuilds.lost }),
      ...(rebuilds?.hidden !== undefined && { hidden: rebuilds.hidden }),
    },
    deps.view(),
  );
};
