import type { Applications, LiveSets } from '../../../src/integrations/argocd/applications.ts';

/** A cluster without Argo CD. */
export const noApplications: Applications = {
  get: async () => ({ ok: true, value: undefined }),
  windows: async () => ({ ok: true, value: [] }),
  globalRules: async () => ({ ok: true, value: [] }),
  refresh: async () => ({ ok: true, value: undefined }),
};

/** A cluster without sets. */
export const noSets: LiveSets = {
  replicas: async () => ({ ok: true, value: { namespace: 'n', name: 's', replicas: undefined } }),
};
