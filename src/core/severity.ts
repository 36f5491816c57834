/** The most severe first. */
export const severities = ['critical', 'error', 'warning', 'info', 'none'] as const;

export type Severity = (typeof severities)[number];

/** 0 is the most severe. */
export const severityRank = (severity: Severity): number => severities.indexOf(severity);

/** For sorting: the most severe first. */
export const bySeverity = (a: Severity, b: Severity): number => severityRank(a) - severityRank(b);
