/**
 * Reads of JSON that somebody else writes and changes: total over what is missing, null, or of another kind. Whatever is
 * not as expected is as if it were not there.
 */

export const part = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (node, key) =>
      typeof node === 'object' && node !== null && Object.hasOwn(node, key)
        ? Reflect.get(node, key)
        : undefined,
    value,
  );

/** '' where there is no text. */
export const text = (value: unknown, ...path: readonly string[]): string => {
  const found = part(value, ...path);
  return typeof found === 'string' ? found : '';
};

export const list = (value: unknown, ...path: readonly string[]): readonly unknown[] => {
  const found = part(value, ...path);
  return Array.isArray(found) ? found : [];
};

export const texts = (value: unknown, ...path: readonly string[]): readonly string[] =>
  list(value, ...path).filter((each) => typeof each === 'string');

/** A list whose places mean something: what is no text is '' at its place. */
export const places = (value: unknown, ...path: readonly string[]): readonly string[] =>
  list(value, ...path).map((each) => (typeof each === 'string' ? each : ''));

export const flag = (value: unknown, ...path: readonly string[]): boolean => part(value, ...path) === true;

export const wholeNumber = (value: unknown, ...path: readonly string[]): number => {
  const found = part(value, ...path);
  return typeof found === 'number' && Number.isFinite(found) ? found : 0;
};

/** ms; undefined where there is no time. */
export const time = (value: unknown, ...path: readonly string[]): number | undefined => {
  const at = Date.parse(text(value, ...path));
  return Number.isNaN(at) ? undefined : at;
};
