import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Report } from './tally.ts';

/** How much of an error is repeated at the end: what was waited for or expected, not the stack. */
const linesOfError = 3;

/**
 * What failed, a few lines each, for the end of the output: whoever sees only the last screen of a long run finds there
 * what to look for. `root`: file names are shown from here.
 */
export const failuresOf = (report: Report | undefined, root: string): readonly string[] =>
  (report?.testResults ?? []).flatMap((file) => {
    const name = relative(root, file.name);
    if (file.status === 'failed' && file.assertionResults.length === 0) {
      return [described(name, [file.message ?? 'broke before its first test'])];
    }
    return file.assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => described(`${name} › ${fullName}`, failureMessages ?? []));
  });

const described = (title: string, messages: readonly string[]): string => {
  const said = stripVTControlCharacters(messages[0] ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s+at /.test(line))
    .slice(0, linesOfError);
  return [title, ...said.map((line) => `    ${line.slice(0, 300)}`)].join('\n');
};
