/** What the intake hands on. Past the intake nothing knows Kafka, HTTP or a wire shape: only these events. */

export const severities = ['critical', 'error', 'warning', 'info', 'none'] as const;

export type Severity = (typeof severities)[number];

/** Rank for ordering: 0 is the most severe. */
export const severityRank = (severity: Severity): number => severities.indexOf(severity);
