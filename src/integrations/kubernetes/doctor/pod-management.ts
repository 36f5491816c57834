import { setName } from '../look.ts';
import { type Check, unknown, workloadRoles } from './facts.ts';

const check = 'pod_management';

/** OrderedReady brings farmers up one after another, and never gets past one that does not come up. */
export const podManagement: Check = ({ instance, sets }) =>
  workloadRoles.map((role) => {
    const name = setName(instance, role);
    const set = sets[role];
    if (!set.ok) return unknown(check, set.error);
    if (set.value.spec?.podManagementPolicy === 'Parallel') {
      return { level: 'ok', check, says: `StatefulSet ${name} brings its pods up all at once` };
    }
    return {
      level: 'problem',
      check,
      says: `StatefulSet ${name} brings its pods up one after another (OrderedReady): one that is not ready holds up all that follow, and cannot be scaled away either`,
      fix: `StatefulSet ${name}: spec.podManagementPolicy: Parallel. The field cannot be changed in place: kubectl -n ${instance.namespace} delete statefulset ${name} --cascade=orphan, then apply it again; its pods stay up.`,
    };
  });
