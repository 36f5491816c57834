import { type Check, unknown } from './facts.ts';

const check = 'autoscaler';

/** Two who set the same number fight. KEDA is found by the HorizontalPodAutoscaler that it keeps. */
export const autoscaler: Check = ({ instance, autoscalers }) => {
  if (!autoscalers.ok) return [unknown(check, autoscalers.error)];
  const sets = [instance.farmerSet, instance.synchronizerSet];
  const found = autoscalers.value.filter(({ spec }) => {
    const target = spec?.scaleTargetRef;
    return target?.kind === 'StatefulSet' && sets.includes(target.name);
  });
  if (found.length === 0) return [{ level: 'ok', check, says: 'no autoscaler is on the sets' }];
  return found.map(({ metadata, spec }) => {
    const name = metadata?.name ?? '?';
    const scaled = metadata?.labels?.['scaledobject.keda.sh/name'];
    const who = scaled === undefined ? `HorizontalPodAutoscaler ${name}` : `KEDA's ScaledObject ${scaled}`;
    return {
      level: 'problem',
      check,
      says: `${who} scales StatefulSet ${spec?.scaleTargetRef.name}, too: it undoes what a rebuild asks for`,
      fix:
        scaled === undefined
          ? `kubectl -n ${instance.namespace} delete horizontalpodautoscaler ${name}, and take it out of the chart`
          : `ScaledObject ${scaled}: metadata.annotations: { autoscaling.keda.sh/paused: "true" }`,
    };
  });
};
