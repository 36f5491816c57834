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
