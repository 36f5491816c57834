import type { DoctorFinding } from '../../../rebuild/model/command.ts';
import { type Check, unknown } from './facts.ts';

const check = 'readiness_trap';

/**
 * A synchronizer registers in the topology before it is ready. Where DNS knows it only once it is, the backend cannot
 * resolve it, marks it broken, and it kills itself.
 */
export const readinessTrap: Check = ({ instance, service, sets }) => {
  const name = instance.synchronizerService;
  if (!service.ok) return [unknown(check, service.error)];
  const published: DoctorFinding =
    service.value.spec?.publishNotReadyAddresses === true
      ? { level: 'ok', check, says: `Service ${name} publishes the synchronizer before it is ready` }
      : {
          level: 'problem',
          check,
          says: `Service ${name} publishes the synchronizer only once it is ready: the backend finds it in the topology before, cannot resolve its name, and marks it broken`,
          fix: `Service ${name}: spec.publishNotReadyAddresses: true`,
        };
  const findings: DoctorFinding[] = [published];
  if (service.value.spec?.clusterIP !== 'None') {
    findings.push({
      level: 'warning',
      check,
      says: `Service ${name} is not headless: pods have no names of their own behind it`,
      fix: `Service ${name}: spec.clusterIP: None. The field cannot be changed in place: delete the Service and apply it again.`,
    });
  }
  const governing = sets.synchronizer.ok ? sets.synchronizer.value.spec?.serviceName : undefined;
  if (governing !== undefined && governing !== name) {
    findings.push({
      level: 'warning',
      check,
      says: `StatefulSet ${instance.synchronizerSet} gets the names of its pods from Service ${governing || '(none)'}, and the instance's values name ${name}`,
      fix: `Name the Service that is meant in the values of ${instance.name}, or StatefulSet ${instance.synchronizerSet}: spec.serviceName: ${name}`,
    });
  }
  return findings;
};
