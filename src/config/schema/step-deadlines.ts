/** How long steps of a rebuild may take before a person is asked: the one list of their keys, with what holds by default. */
export const stepDeadlines = {
  synchronizer: { what: 'Until the synchronizer is ready', usual: '30m' },
  history: { what: 'Until its history update is done', usual: '6h' },
  farmers: { what: 'Until enough farmers are ready', usual: '20m' },
  write: { what: 'Until the caches are written', usual: '8h' },
  teardown: { what: 'Until the farmers are gone', usual: '20m' },
  frontend: { what: 'Until a frontend has the caches and is back', usual: '2h' },
} as const;
