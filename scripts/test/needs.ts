import { fileOf } from '../imports/files.ts';
import type { SourceFacts } from '../imports/read.ts';
import type { PartId } from '../setup/parts.ts';

/** The folder that starts a part; whoever imports from it at run time needs the part. */
const startedBy: readonly (readonly [RegExp, readonly PartId[]])[] = [
  [/^sandbox\/redis\//, ['redis']],
  [/^sandbox\/kafka\//, ['kafka']],
  [/^sandbox\/slack\//, ['slack']],
  [/^sandbox\/alertmanager\//, ['alertmanager']],
  [/^sandbox\/main\.ts$/, ['redis', 'slack']],
  [/^test\/.*\/chart\.ts$/, ['helm']],
];

/**
 * Which parts a test file needs: told by what it and its helpers under `test/` import at run time, so no test has to
 * say it a second time.
 */
export const partsNeeded = (file: string, tree: ReadonlyMap<string, SourceFacts>): ReadonlySet<PartId> => {
  const needed = new Set<PartId>();
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const [pattern, ids] of startedBy) if (pattern.test(path)) for (const id of ids) needed.add(id);
    for (const { specifier, typeOnly } of tree.get(path)?.imports ?? []) {
      if (typeOnly) continue;
      if (specifier === 'playwright-core') needed.add('chromium');
      const target = fileOf(path, specifier);
      if (target === undefined) continue;
      if (path.startsWith('test/') || target.startsWith('sandbox/')) visit(target);
    }
  };
  visit(file);
  return needed;
};
