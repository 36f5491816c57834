import type { Rebuild } from '../model/rebuild.ts';

/** The synchronizer is up and works. */
export const synchronizerUp = (rebuild: Rebuild): Rebuild => ({
  ...rebuild,
  synchronizer: { ...rebuild.synchronizer, wanted: 1, guardian: false },
});

/** So are the farmers that were asked for. */
export const farmersUp = (rebuild: Rebuild): Rebuild => ({
  ...synchronizerUp(rebuild),
  farmers: { ...rebuild.farmers, wanted: rebuild.farmers.target },
});

/** The synchronizer stays up for its fresh data alone. */
export const guardianUp = (rebuild: Rebuild): Rebuild => ({
  ...rebuild,
  synchronizer: { ...rebuild.synchronizer, wanted: 1, guardian: true },
});
