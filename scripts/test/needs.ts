import { fileOf } from '../imports/files.ts';
import type { SourceFacts } from '../imports/read.ts';
import type { Part, PartId } from '../setup/parts.ts';

/** What starts a part; whoever imports it at run time needs the part. The first match counts, and ends the search. */
const startedBy: readonly (readonly [RegExp, readonly PartId[]])[] = [
  [/^sandbox\/redis\//, ['redis']],
  [/^sandbox\/kafka\//, ['kafka']],
  [/^sandbox\/slack\//, ['slack']],
  // It falls back to a simulator by itself.
  [/^sandbox\/alertmanager\/start\.ts$/, []],
  [/^sandbox\/alertmanager\/real\.ts$/, ['alertmanager']],
  // Kafka is its own to have or not: a test that wants it writes to it with kafkajs.
  [/^sandbox\/(world\/world|main)\.ts$/, ['redis', 'slack']],
  [/^sandbox\/kubernetes\//, ['kubernetes']],
  [/^test\/conformance\/alertmanager\/newest\.ts$/, ['new-alertmanager']],
  [/^sandbox\/s3\/real\.ts$/, ['moto']],
  [/^test\/support\/argo-events\.ts$/, ['argo-events']],
  [/^test\/contract\/helm\/chart\.ts$/, ['helm']],
  [/^scripts\/bundle\/make-release\.ts$/, ['helm']],
  [/^test\/contract\/helm\/promtool\.ts$/, ['promtool']],
];

/** Packages that are of no use without the part. */
const usedWith: Readonly<Record<string, PartId>> = { 'playwright-core': 'chromium', kafkajs: 'kafka' };

/**
 * Which parts a test file needs: told by what it, its helpers and the sandbox import at run time, so no test has to
 * say it a second time.
 */
export const partsNeeded = (file: string, tree: ReadonlyMap<string, SourceFacts>): ReadonlySet<PartId> => {
  const needed = new Set<PartId>();
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const starts = startedBy.find(([pattern]) => pattern.test(path));
    for (const id of starts?.[1] ?? []) needed.add(id);
    if (starts) return;
    for (const { specifier, typeOnly } of tree.get(path)?.imports ?? []) {
      if (typeOnly) continue;
      const byPackage = usedWith[specifier];
      if (byPackage !== undefined) needed.add(byPackage);
      const target = fileOf(path, specifier);
      if (target !== undefined) visit(target);
    }
  };
  visit(file);
  return needed;
};

/** In one sentence what the tests that ran have not met: parts that were left to others, and what is never met here. */
export const notMet = (left: readonly Part[]): string => {
  const names = left.map(({ name }) => name);
  const real =
    names.length === 0 ? '' : `${names.join(', ')} (npm run test:long has them); and for real never `;
  return `Not met: ${real}Slack, Jira, Argo CD and express nodes, which are simulated and held to what was captured of them.`;
};
