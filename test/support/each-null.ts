export interface Spoilt {
  /** `issues.0.fields.status (null)` */
  readonly what: string;
  readonly value: unknown;
}

/** `value` with one field or item at a time set to null, and once more without it. */
export function* withEachGone(value: unknown, path = ''): Generator<Spoilt> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, field] of Object.entries(value)) {
    const here = path === '' ? key : `${path}.${key}`;
    const put = (by: unknown) =>
      Array.isArray(value) ? value.with(Number(key), by) : { ...value, [key]: by };
    yield { what: `${here} (null)`, value: put(null) };
    const { [key]: _, ...rest }: Record<string, unknown> = { ...value };
    yield { what: `${here} (gone)`, value: Array.isArray(value) ? value.toSpliced(Number(key), 1) : rest };
    for (const inner of withEachGone(field, here)) yield { ...inner, value: put(inner.value) };
  }
}

/** `value` with one field or item at a time replaced by null: what senders do and types do not say. */
export function* withEachNull(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, field] of Object.entries(value)) {
    const put = (by: unknown) =>
      Array.isArray(value) ? value.with(Number(key), by) : { ...value, [key]: by };
    yield put(null);
    for (const inner of withEachNull(field)) yield put(inner);
  }
}
