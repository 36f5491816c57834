import { readFileSync } from 'node:fs';
import { against, licenceReport, licensed } from './licence-rules.ts';

/** `npm run -s licences`: what farmhand runs with and under which licences; exit code 1 where one is denied or not known. */
const all = licensed(JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')));
console.log(licenceReport(all));
const problems = all.flatMap((each) => {
  const problem = against(each);
  return problem === undefined ? [] : [`${each.name} ${each.version}: ${problem}`];
});
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
