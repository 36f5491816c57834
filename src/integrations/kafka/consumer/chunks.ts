/** What one call of the intake gets at most. Bounds what a crash repeats, and how long a commit waits. */
export const chunkLimits = { messages: 250, bytes: 2 * 1024 * 1024 } as const;

/** Where tiers share: no more than another tier's event can wait for. */
export const sharedChunks = { messages: 20, bytes: 128 * 1024 } as const;

/** Splits `messages` in order; a message larger than the limit goes alone. */
export function* chunks<M extends { readonly value: { readonly length: number } | null }>(
  messages: readonly M[],
  limits: { readonly messages: number; readonly bytes: number } = chunkLimits,
): Generator<readonly M[]> {
  let start = 0;
  let bytes = 0;
  for (const [index, message] of messages.entries()) {
    const size = message.value?.length ?? 0;
    if (index > start && (index - start >= limits.messages || bytes + size > limits.bytes)) {
      yield messages.slice(start, index);
      start = index;
      bytes = 0;
    }
    bytes += size;
  }
  if (start < messages.length) yield messages.slice(start);
}
