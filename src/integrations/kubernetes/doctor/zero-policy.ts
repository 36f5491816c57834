import type { V1ValidatingAdmissionPolicy } from '@kubernetes/client-node';
import type { DoctorFinding } from '../../../rebuild/model/command.ts';
import type { Check } from './facts.ts';

const check = 'admission_policy';

/**
 * Policies that would deny a scale to zero: a Scale leaves out a zero, so an expression that reads `object.spec.replicas`
 * without asking whether it is there fails, and the farmers stay. Only where policies may be read, and only for sets that
 * are scaled directly: in a StatefulSet itself a zero is written.
 */
export const zeroPolicy: Check = ({ instance, policies }) => {
  if (instance.way !== 'kubernetes') return [];
  if (!policies.ok) {
    return [
      {
        level: 'unknown',
        check,
        says: / cannot list resource /.test(policies.error)
          ? 'not checked: farmhand may not list admission policies (the chart: rbac.admissionPolicies: true)'
          : `not checked: ${policies.error}`,
      },
    ];
  }
  const found = policies.value.filter((policy) => isAboutScales(policy) && readsReplicasBlindly(policy));
  if (found.length === 0) return [{ level: 'ok', check, says: 'no admission policy denies a scale to zero' }];
  return found.map(
    ({ metadata }): DoctorFinding => ({
      level: 'problem',
      check,
      says: `ValidatingAdmissionPolicy ${metadata?.name ?? '?'} reads object.spec.replicas of statefulsets/scale, which is left out at zero: it denies every teardown`,
      fix: `ValidatingAdmissionPolicy ${metadata?.name ?? '?'}: object.spec.?replicas.orValue(0) instead of object.spec.replicas`,
    }),
  );
};

const isAboutScales = ({ spec }: V1ValidatingAdmissionPolicy): boolean =>
  (spec?.matchConstraints?.resourceRules ?? []).some(
    ({ apiGroups = [], resources = [], operations = [] }) =>
      apiGroups.some((group) => group === 'apps' || group === '*') &&
      resources.some((name) => ['statefulsets/scale', 'statefulsets/*', '*/scale', '*/*'].includes(name)) &&
      (operations.length === 0 || operations.some((each) => each === 'UPDATE' || each === '*')),
  );

/** Its failure policy decides: `Ignore` lets a request through whose expression fails. */
const readsReplicasBlindly = ({ spec }: V1ValidatingAdmissionPolicy): boolean => {
  if (spec?.failurePolicy === 'Ignore') return false;
  const expressions = [
    ...(spec?.variables ?? []).map(({ expression }) => expression),
    ...(spec?.validations ?? []).map(({ expression }) => expression),
  ];
  return expressions.some(
    (expression) =>
      /\bobject\.spec(\.replicas\b|\[\s*['"]replicas['"]\s*\])/.test(expression) &&
      !/has\(\s*object\.spec\.replicas\s*\)|['"]replicas['"]\s+in\s+object\.spec/.test(expression),
  );
};
