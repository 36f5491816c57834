import type { Environment } from '../../config/environment.ts';
import { readTracing, type Tracing } from '../../config/tracing.ts';
import type { Http } from '../../integrations/http-client/call.ts';
import { type Finding, finding } from './finding.ts';
import type { DoctorCheck } from './look.ts';

const timeoutMs = 5_000;

/** Nothing where nobody asks for traces. */
export const lookAtTracing = (env: Environment, http: Http): readonly DoctorCheck[] => {
  const tracing = readTracing(env);
  return tracing.state === 'off' ? [] : [{ name: 'tracing', look: () => lookAt(tracing, http) }];
};

/** Whether anything answers there: a request without a span is none that a receiver keeps. Its credentials are not sent. */
const lookAt = async (
  tracing: Exclude<Tracing, { readonly state: 'off' }>,
  http: Http,
): Promise<readonly Finding[]> => {
  if (tracing.state === 'refused') {
    return tracing.problems.map(({ path, message }) => finding('tracing', 'warn', `${path} ${message}`));
  }
  const { endpoint } = tracing.settings;
  const ignored = tracing.ignored.map(({ path, message }) =>
    finding('tracing', 'warn', `${path} ${message}`),
  );
  const answer = await http.call({
    ...{ method: 'POST', url: endpoint, json: { resourceSpans: [] } },
    ...{ timeoutMs, maxBytes: 65_536 },
  });
  const fix =
    'Check OTEL_EXPORTER_OTLP_ENDPOINT (its HTTP port, mostly 4318) and egress. No alert waits for it.';
  if (answer.kind !== 'answered')
    return [...ignored, finding('tracing', 'warn', `${endpoint}: ${answer.error}`, fix)];
  const { status } = answer;
  // Without its credentials, or in JSON where it takes protobuf, a receiver may refuse: it is there.
  const there = status < 300 || [400, 401, 403, 415].includes(status);
  return [
    ...ignored,
    there
      ? finding('tracing', 'ok', `${endpoint} answers (${status}); no span was sent`)
      : finding('tracing', 'warn', `${endpoint} answers ${status}`, fix),
  ];
};
