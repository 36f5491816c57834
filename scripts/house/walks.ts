/** A path through the code as `docs/architecture.md` lists it: the files that one opens, in order. */
export interface Walk {
  readonly title: string;
  /** The most files it may take. */
  readonly goal: number;
  readonly files: readonly string[];
}

/**
 * The walks of a Markdown text: each a heading that ends in `(at most N files)`, followed by a list whose items begin
 * with a file's path in a link or in backticks.
 */
export const walksOf = (markdown: string): readonly Walk[] =>
  markdown.split(/^#+ /m).flatMap((section) => {
    const [heading = '', ...lines] = section.split('\n');
    const found = /^(.*) \(at most (\d+) files\)$/.exec(heading);
    if (!found) return [];
    const files = lines.flatMap((line) => /^\d+\. \[?`([^`]+\.ts)`/.exec(line)?.[1] ?? []);
    return [{ title: found[1] ?? '', goal: Number(found[2]), files }];
  });

/**
 * What is wrong with a walk: a file that is not there, one that is listed twice, and one that nobody of the walk
 * imports and that imports nobody of it, so that a reader would not find the way to it. `imports`: what a file imports,
 * types included.
 */
export const walkProblems = (
  { title, goal, files }: Walk,
  imports: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] => {
  const problems = files.length > goal ? [`${title}: ${files.length} files, at most ${goal}`] : [];
  for (const [at, file] of files.entries()) {
    if (!imports.has(file)) problems.push(`${title}: ${file} is not there`);
    if (files.indexOf(file) !== at) problems.push(`${title}: ${file} is listed twice`);
    const linked = files.some(
      (other) => other !== file && (imports.get(other)?.has(file) || imports.get(file)?.has(other)),
    );
    if (!linked && files.length > 1) problems.push(`${title}: nothing in it leads to ${file}`);
  }
  return problems;
};
