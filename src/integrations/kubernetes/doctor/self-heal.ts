import type { Finding } from '../../../rebuild/command.ts';
import type { Instance } from '../../../rebuild/rebuild.ts';
import type { ArgoApplication } from '../applications.ts';
import { type Check, unknown } from './facts.ts';

const check = 'argocd_self_heal';

/** Whether Argo CD would undo, or never apply, the numbers that farmhand sets: it depends on the way they are set. */
export const selfHeal: Check = ({ instance, application: tracked }) => {
  if (!tracked.ok) return [unknown(check, tracked.error)];
  if (!tracked.value) {
    return [{ level: 'ok', check, says: 'nothing says that Argo CD manages the sets' }];
  }
  const { namespace, name, application } = tracked.value;
  const full = `Application ${namespace}/${name}`;
  if (!application) {
    return [
      {
        level: instance.way === 'gitops' ? 'problem' : 'warning',
        check,
        says: `${full} is named for ${instance.name}, and is not in cluster ${instance.cluster}`,
        fix: `Name the Application and its namespace in the values of ${instance.name}.`,
      },
    ];
  }
  const found =
    instance.way === 'gitops' ? byCommit(full, application) : directly(full, instance, application);
  if (found.length > 0) return found;
  return [{ level: 'ok', check, says: `${full} leaves farmhand's numbers as they are` }];
};

const ignore =
  'spec.ignoreDifferences: [{ group: apps, kind: StatefulSet, jsonPointers: [/spec/replicas] }] and spec.syncPolicy.syncOptions: [RespectIgnoreDifferences=true]';

const directly = (full: string, instance: Instance, application: ArgoApplication): readonly Finding[] => {
  if (!application.ignoresReplicas) {
    const fix = `Set way: gitops in the values of ${instance.name}; or ${full}: ${ignore}`;
    return application.selfHeal
      ? [
          {
            level: 'problem',
            check,
            says: `${full} heals itself: a direct scale is undone within minutes, without a word`,
            fix,
          },
        ]
      : [
          {
            level: 'warning',
            check,
            says: `${full} compares replicas: its next sync sets them back to what is in the repository`,
            fix,
          },
        ];
  }
  if (application.respectsIgnored) return [];
  return [
    {
      level: 'warning',
      check,
      says: `${full} ignores replicas in its comparison, but not in a sync: the next commit to anything sets them back`,
      fix: `${full}: spec.syncPolicy.syncOptions: [RespectIgnoreDifferences=true]`,
    },
  ];
};

const byCommit = (full: string, application: ArgoApplication): readonly Finding[] => {
  const findings: Finding[] = [];
  if (application.ignoresReplicas) {
    findings.push({
      level: 'problem',
      check,
      says: `${full} ignores replicas: a commit that changes them is never applied`,
      fix: `${full}: take /spec/replicas of StatefulSet out of spec.ignoreDifferences`,
    });
  }
  if (!application.automated) {
    findings.push({
      level: 'warning',
      check,
      says: `${full} is not synced by itself: every commit waits for a person`,
      fix: `${full}: spec.syncPolicy.automated: { selfHeal: true }`,
    });
  }
  return findings;
};
