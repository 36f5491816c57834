/** A table with its columns padded to their widest cell, as the formatter leaves them. */
export const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const cells = [head, ...rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))];
  const widths = head.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const [first = [], ...rest] = cells;
  return [line(first), line(widths.map((width) => '-'.repeat(width))), ...rest.map(line)].join('\n');
};

/** `doc` with what stands between the two marks replaced. Throws when a mark is not there. */
export const replaceBetween = (doc: string, begin: string, end: string, content: string): string => {
  const [from, to] = [doc.indexOf(begin), doc.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the marks ${begin} and ${end} are not there in this order`);
  return `${doc.slice(0, from + begin.length)}\n\n${content}\n\n${doc.slice(to)}`;
};
