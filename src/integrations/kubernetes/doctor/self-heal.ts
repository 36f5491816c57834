import type { DoctorFinding } from '../../../rebuild/model/command.ts';
import type { Instance } from '../../../rebuild/model/parts/instance.ts';
import type { ArgoApplication } from '../../argocd/application.ts';
import { type RuleInTheWay, rulesInTheWay } from '../../argocd/ignored.ts';
import { overrideOf } from '../../argocd/override.ts';
import { replicasWriters } from '../managers.ts';
import { type Check, type Facts, unknown } from './facts.ts';

const check = 'argocd_self_heal';

/** Whether Argo CD would undo, or never apply, the numbers that farmhand sets: it depends on the way they are set. */
export const selfHeal: Check = ({ instance, application: tracked, sets }) => {
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
        says: `${full} is named for ${instance.name}, and is not in cluster ${instance.gitops?.applicationCluster ?? instance.cluster}`,
        fix: `Name the Application and its namespace in the values of ${instance.name}.`,
      },
    ];
  }
  const set = { namespace: instance.namespace, name: instance.farmerSet, writers: writersOf(sets.farmer) };
  const seen = { full, instance, application, rules: rulesInTheWay(application, set) };
  const found = [...frozen(seen), ...(instance.way === 'gitops' ? byCommit(seen) : directly(seen))];
  if (found.length > 0) return found;
  return [{ level: 'ok', check, says: `${full} leaves farmhand's numbers as they are` }];
};

interface Found {
  readonly full: string;
  readonly instance: Instance;
  readonly application: ArgoApplication;
  /** What leaves the farmers' replicas out of its comparison. */
  readonly rules: readonly RuleInTheWay[];
}

const writersOf = (set: Facts['sets']['farmer']): readonly string[] =>
  set.ok ? replicasWriters(set.value.metadata?.managedFields) : [];

const finding = (level: 'problem' | 'warning', says: string, fix: string): DoctorFinding => ({
  level,
  check,
  says,
  fix,
});

/** Either way of changing a number meets an Application that does nothing, or goes away. */
const frozen = ({ full, application }: Found): readonly DoctorFinding[] => [
  ...(application.deleting
    ? [finding('problem', `${full} is being deleted, and its sets may go with it`, `${full}: make it again`)]
    : []),
  ...(application.skipped
    ? [
        finding(
          'problem',
          `${full} is passed over by Argo CD (argocd.argoproj.io/skip-reconcile: "true"): nothing of it is applied`,
          `${full}: take the annotation argocd.argoproj.io/skip-reconcile off`,
        ),
      ]
    : []),
];

const ignore =
  'spec.ignoreDifferences: [{ group: apps, kind: StatefulSet, jsonPointers: [/spec/replicas] }] and spec.syncPolicy.syncOptions: [RespectIgnoreDifferences=true]';

const directly = ({ full, instance, application, rules }: Found): readonly DoctorFinding[] => {
  if (rules.length === 0) {
    const fix = `Set change: gitops in the values of ${instance.name}; or ${full}: ${ignore}`;
    if (application.selfHeal) {
      return [finding('problem', `${full} heals itself: it undoes a direct scale at once`, fix)];
    }
    const says = application.automated
      ? 'any commit to its repository, to whatever path, sets them back to what is there'
      : 'the next sync by a person sets them back to what is in the repository';
    return [finding('warning', `${full} compares replicas: ${says}`, fix)];
  }
  if (application.respectsIgnored) return [];
  return [
    finding(
      'warning',
      `${full} leaves replicas out of its comparison, but not out of a sync: as soon as something else of the set changes in the repository, they are set back`,
      `${full}: spec.syncPolicy.syncOptions: [RespectIgnoreDifferences=true]`,
    ),
  ];
};

const byCommit = ({ full, instance, application, rules }: Found): readonly DoctorFinding[] => {
  const findings: DoctorFinding[] = [];
  const [rule] = rules;
  if (rule) {
    findings.push(
      finding(
        'problem',
        `${full} leaves replicas out (${rule.says}): it calls a commit of them Synced, and the set keeps its number`,
        `${full}: take that rule out, or its /spec/replicas`,
      ),
    );
  }
  const { gitops } = instance;
  const override = gitops && overrideOf(application, gitops.file, gitops.farmersPath, instance.farmerSet);
  if (gitops && override !== undefined) {
    findings.push(
      finding(
        'problem',
        `${full}: ${override} counts before ${gitops.file}, so a commit of the number changes nothing`,
        `${full}: take it out`,
      ),
    );
  }
  if (!application.automated) {
    findings.push(
      finding(
        'warning',
        `${full} is not synced by itself: every commit waits for a person`,
        `${full}: spec.syncPolicy.automated: { selfHeal: true }`,
      ),
    );
  }
  return findings;
};
