import type { DoctorFinding } from '../../../rebuild/model/command.ts';
import { type Check, unknown } from './facts.ts';
import { type Right, rightInWords } from './needed-rights.ts';

const check = 'rights';

/** Whether farmhand is allowed what it does. */
export const rights: Check = ({ instance, rights: asked }) => {
  const findings: DoctorFinding[] = [];
  for (const { right, allowed } of asked) if (allowed.ok && !allowed.value) findings.push(missing(right));
  const unasked = asked.find(({ allowed }) => !allowed.ok);
  if (unasked && !unasked.allowed.ok) findings.push(unknown(check, unasked.allowed.error));
  if (findings.length > 0) return findings;
  return [{ level: 'ok', check, says: `farmhand has its ${asked.length} rights for ${instance.name}` }];
};

const missing = (right: Right): DoctorFinding => {
  const { verb, group, resource, subresource, namespace, essential, why } = right;
  const full = subresource === undefined ? resource : `${resource}/${subresource}`;
  return {
    level: essential ? 'problem' : 'warning',
    check,
    says: `farmhand may not ${rightInWords(right)} in namespace ${namespace} (${why})`,
    fix: `Role of farmhand in ${namespace}: rules: - { apiGroups: ["${group}"], resources: [${full}], verbs: [${verb}] }; the chart makes it for every namespace under rbac.namespaces`,
  };
};
