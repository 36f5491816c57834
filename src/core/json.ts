/** Deeper than any shape that is read; below it a value stays as it is. */
const deepest = 64;

/**
 * `value` without the fields of objects that are null: in what comes from outside, null means absent. Items of
 * lists stay, so that positions do. What holds no null is returned as it is, not copied.
 */
export const withoutNulls = (value: unknown): unknown =>
  hasNullField(value, 0) ? strip(value, false, 0) : value;

/** Looks, and makes nothing: hardly any body has one. */
const hasNullField = (value: unknown, depth: number): boolean => {
  if (typeof value !== 'object' || value === null || depth > deepest) return false;
  if (Array.isArray(value)) return value.some((item) => hasNullField(item, depth + 1));
  if (!isPlain(value)) return false;
  for (const name in value) {
    const field = (value as Readonly<Record<string, unknown>>)[name];
    if (field === null || (typeof field === 'object' && hasNullField(field, depth + 1))) return true;
  }
  return false;
};

/**
 * As `withoutNulls`, and without the items of lists that are null: only for lists in which nothing is looked for. Where
 * "it is not in the list" is a claim, an item that is null may be the very one.
 */
export const withoutAnyNull = (value: unknown): unknown => strip(value, true, 0);

const strip = (value: unknown, itemsToo: boolean, depth: number): unknown => {
  if (typeof value !== 'object' || value === null || depth > deepest) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => strip(item, itemsToo, depth + 1));
    const kept = itemsToo ? items.filter((item) => item !== null) : items;
    return kept.length === value.length && kept.every((item, at) => item === value[at]) ? value : kept;
  }
  if (!isPlain(value)) return value;
  const before = Object.entries(value);
  const after = before.flatMap(([name, field]): [string, unknown][] =>
    field === null ? [] : [[name, strip(field, itemsToo, depth + 1)]],
  );
  const same = after.length === before.length && after.every(([, field], at) => field === before[at]?.[1]);
  // fromEntries makes `__proto__` a plain key, an assignment would not.
  return same ? value : Object.fromEntries(after);
};

/** What has a class (a Date, a Buffer) is a value, not a shape. */
const isPlain = (value: object): boolean => {
  const proto: unknown = Object.getPrototypeOf(value);
  return proto === Object.prototype || proto === null;
};

/** A JSON object: neither null nor a list. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Given<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Without the fields that are undefined: a record has only what is known. */
export const given = <const T extends object>(fields: T): Given<T> =>
  // The type says what the filter does.
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;

/**
 * What is being put together, before anybody else sees it: optional fields are set one by one. Where it is made for each
 * event, spreading an object for each of them costs several times as much.
 */
export type Building<T> = { -readonly [K in keyof T]: T[K] };

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
