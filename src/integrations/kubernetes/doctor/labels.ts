import type { V1LabelSelector } from '@kubernetes/client-node';

/** Whether a selector takes a pod with these labels. An empty one takes every pod. */
export const selects = (
  selector: V1LabelSelector | undefined,
  labels: Readonly<Record<string, string>>,
): boolean => {
  if (!selector) return false;
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      const among = value !== undefined && values.includes(value);
      return operator === 'In' ? among : !among;
    })
  );
};
