import type { AlertStatus } from '../alerts/model/event.ts';
import { ConfigError } from '../core/errors.ts';
import type { Severity } from '../core/severity.ts';
import { EnvelopeSchema } from '../intake/wire/envelope.ts';
import { problemsOf } from '../intake/wire/refusal.ts';

/** What a person says about an event on the command line. */
export interface EmitOptions {
  readonly title: string;
  readonly text?: string;
  readonly severity?: Severity;
  readonly status?: AlertStatus;
  readonly key?: string;
  readonly label: Readonly<Record<string, string>>;
  readonly annotation: Readonly<Record<string, string>>;
  readonly tier?: string;
  readonly source: string;
  readonly id: string;
}

/** The envelope (version 1) of an ad-hoc event. @throws ConfigError with every problem; nothing was sent */
export const adhocEnvelope = (options: EmitOptions, now: number): Record<string, unknown> => {
  const { title, text, severity, status, key, label, annotation, tier, source, id } = options;
  const envelope = {
    farmhand: 1,
    id,
    source,
    time: new Date(now).toISOString(),
    type: 'adhoc',
    ...(tier !== undefined && { tier }),
    data: {
      title,
      ...(text !== undefined && { text }),
      ...(severity !== undefined && { severity }),
      ...(status !== undefined && { status }),
      ...(key !== undefined && { key }),
      ...(Object.keys(label).length > 0 && { labels: label }),
      ...(Object.keys(annotation).length > 0 && { annotations: annotation }),
    },
  };
  const parsed = EnvelopeSchema.safeParse(envelope);
  if (!parsed.success) throw new ConfigError('event', problemsOf(parsed.error, ''));
  return envelope;
};
