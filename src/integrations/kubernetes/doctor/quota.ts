import type { V1ResourceQuota, V1StatefulSet } from '@kubernetes/client-node';
import type { DoctorFinding } from '../../../rebuild/model/command.ts';
import { type Check, unknown } from './facts.ts';
import { parseQuantity } from './quantity.ts';

const check = 'quota';

/** How many farmers the namespace's quotas have room for, beside the synchronizer. */
export const quota: Check = ({ instance, quotas, sets }) => {
  if (!quotas.ok) return [unknown(check, quotas.error)];
  if (quotas.value.length === 0) {
    return [{ level: 'ok', check, says: `namespace ${instance.namespace} has no quota` }];
  }
  const { farmer, synchronizer } = sets;
  if (!farmer.ok) return [unknown(check, farmer.error)];
  if (!synchronizer.ok) return [unknown(check, synchronizer.error)];
  const limits = quotas.value.flatMap((each) => limitsOf(each, farmer.value, synchronizer.value));
  const [tightest] = limits.toSorted((a, b) => a.farmers - b.farmers);
  if (!tightest || tightest.farmers >= instance.maximum) {
    return [{ level: 'ok', check, says: `the quotas have room for ${instance.maximum} farmers` }];
  }
  return [finding(instance.name, instance.minimum, instance.maximum, tightest)];
};

interface Limit {
  readonly quota: string;
  readonly key: string;
  readonly hard: string;
  readonly farmers: number;
}

const finding = (instance: string, minimum: number, maximum: number, limit: Limit): DoctorFinding => {
  const { farmers, quota: name, key, hard } = limit;
  const room = `ResourceQuota ${name} (${key}: ${hard}) has room for ${farmers} farmers`;
  const enough = farmers >= minimum;
  return {
    level: enough ? 'warning' : 'problem',
    check,
    says: enough ? `${room}; the maximum is ${maximum}` : `${room}; a rebuild needs ${minimum} at the least`,
    fix: `ResourceQuota ${name}: raise spec.hard."${key}"${enough ? `; or set the maximum in the values of ${instance} to ${farmers}` : ''}`,
  };
};

const limitsOf = (
  resourceQuota: V1ResourceQuota,
  farmer: V1StatefulSet,
  synchronizer: V1StatefulSet,
): readonly Limit[] => {
  // Quotas for other kinds of pods: BestEffort and Terminating are not what farmers are.
  const { scopes = [], scopeSelector } = resourceQuota.spec ?? {};
  if (scopeSelector || scopes.some((scope) => !['NotTerminating', 'NotBestEffort'].includes(scope)))
    return [];
  const hard = resourceQuota.status?.hard ?? resourceQuota.spec?.hard ?? {};
  const used = resourceQuota.status?.used ?? {};
  return Object.entries(hard).flatMap(([key, text]) => {
    const each = needs(farmer, key);
    const limit = parseQuantity(text);
    if (each === 0 || limit === undefined) return [];
    const missing = Math.max(0, 1 - pods(synchronizer)) * needs(synchronizer, key);
    const room = limit - (parseQuantity(used[key] ?? '0') ?? 0) - missing;
    const more = Math.floor(room / each);
    return [
      {
        quota: resourceQuota.metadata?.name ?? '?',
        key,
        hard: text,
        farmers: Math.max(0, pods(farmer) + more),
      },
    ];
  });
};

const pods = (set: V1StatefulSet): number => set.status?.replicas ?? 0;

/** What one pod of the set takes of `requests.memory`, `limits.cpu`, `pods` …; 0 where that is not about pods. */
const needs = (set: V1StatefulSet, key: string): number => {
  if (key === 'pods' || key === 'count/pods') return 1;
  const [, kind = 'requests', resource = ''] = /^(?:(requests|limits)\.)?(cpu|memory)$/.exec(key) ?? [];
  if (resource === '') return 0;
  const containers = set.spec?.template?.spec?.containers ?? [];
  return containers.reduce((sum, { resources }) => {
    const limit = resources?.limits?.[resource];
    const wanted = kind === 'limits' ? limit : (resources?.requests?.[resource] ?? limit);
    return sum + (parseQuantity(wanted ?? '0') ?? 0);
  }, 0);
};
