/** What an alert is about, the most telling first. */
export const subjectLabels = [
  'instance',
  'pod',
  'service',
  'cluster',
  'namespace',
  'job',
  // Of sources that have none of the usual ones.
  'node',
  'host',
  'hostname',
  'cluster_name',
] as const;
