/** Two columns, the first as wide as its widest cell. `label` styles the first after it was padded. */
export const columns = (
  rows: readonly (readonly [string, string])[],
  label: (text: string) => string,
): string => {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `${label(first.padEnd(width))}  ${second}`.trimEnd()).join('\n');
};
