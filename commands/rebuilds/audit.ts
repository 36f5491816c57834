import { inTime } from '../../src/core/deadline.ts';
import type { Person } from '../../src/core/person.ts';
import type { Message } from '../../views/blocks.ts';
import {
  refusalAnswer,
  refusedAnswer,
  tooSlowAnswer,
} from '../../views/messages/rebuilds/rebuild-answers.ts';
import { auditAnswer } from '../../views/messages/rebuilds/rebuild-audit.ts';
import { instanceNamed } from '../parse/target.ts';
import type { RebuildSurface } from '../shared/deps.ts';
import { findLatest } from './find.ts';

/** What the audit has on a rebuild, for those who may read it; the pack goes where they said. */
export const auditOf = async (
  deps: RebuildSurface,
  target: string,
  by: Person,
  to: 'direct' | 'thread',
): Promise<Message> => {
  const { audit, slowMs } = deps.rebuilds;
  // Before it is looked for: who may not read must not learn what there is, and their try is on record.
  const denied = await audit.denied(instanceNamed(target), by);
  if (denied) return refusedAnswer(denied.says);
  const found = await findLatest(deps, target, by, 'audit');
  if (!found.ok) return refusedAnswer(found.says);
  const read = await inTime(slowMs, () => audit.read(found.rebuild, by, to));
  if (!read) return tooSlowAnswer(target);
  return read.ok ? auditAnswer(read, deps.view()) : refusalAnswer(read, deps.view());
};
