/** The first of `candidates` that names a tier, written in [a-z0-9_-], 63 characters at most; else `fallback`. */
export const tierOf = (candidates: readonly (string | undefined)[], fallback: string): string => {
  for (const candidate of candidates) {
    const tier = candidate === undefined ? '' : sanitised(candidate);
    if (tier !== '') return tier;
  }
  return fallback;
};

const sanitised = (text: string): string =>
  /^[a-z0-9_-]{1,63}$/.test(text)
    ? text
    : text
        .trim()
        .slice(0, 200)
        .toLowerCase()
        .replace(/[^a-z0-9_-]+/g, '-')
        .replace(/^-+/, '')
        .slice(0, 63);
