/** RFC 3339 without fractions, as Kubernetes writes its times. */
export const time = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** Without the keys that are undefined: kube-apiserver leaves empty fields out. */
export const compact = (object: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

/** Numbers whose zero is left out (`omitempty`). */
export const nonZero = (count: number): number | undefined => (count === 0 ? undefined : count);

export const list = (
  kind: string,
  apiVersion: string,
  version: number,
  items: readonly unknown[],
): unknown => ({
  kind,
  apiVersion,
  metadata: { resourceVersion: String(version) },
  items,
});
