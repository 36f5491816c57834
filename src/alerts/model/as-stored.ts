/**
 * `result`, with what was `written` replaced by what is now `stored`, wherever it stands: at the top of it, or in one
 * of its parts. Who gets the result goes on from the record that is there, its version included.
 */
export const asStored = <T extends object>(result: T, written: object, stored: object): T =>
  replaced(result, written, stored, 2) as T;

const replaced = (value: unknown, written: object, stored: object, depth: number): unknown => {
  if (value === written) return stored;
  if (depth === 0 || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const parts = Object.entries(value);
  const next = parts.map(([name, part]) => [name, replaced(part, written, stored, depth - 1)] as const);
  return next.every(([, part], i) => part === parts[i]?.[1]) ? value : Object.fromEntries(next);
};
