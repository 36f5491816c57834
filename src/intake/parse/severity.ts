import { type Severity, severities } from '../../core/severity.ts';

const synonyms = new Map<string, Severity>([
  ...severities.map((severity) => [severity, severity] as const),
  ...(['page', 'fatal', 'emergency', 'crit', 'p1'] as const).map((word) => [word, 'critical'] as const),
  ...(['high', 'major', 'err', 'p2'] as const).map((word) => [word, 'error'] as const),
  ...(['warn', 'minor', 'medium', 'p3'] as const).map((word) => [word, 'warning'] as const),
  ...(['low', 'notice', 'informational', 'p4'] as const).map((word) => [word, 'info'] as const),
]);

/** farmhand's severity for a `severity` label as teams write it; `none` where it says nothing farmhand knows. */
export const severityOf = (label: string | undefined): Severity =>
  label === undefined ? 'none' : (synonyms.get(label) ?? synonyms.get(label.trim().toLowerCase()) ?? 'none');
