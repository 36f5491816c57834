import { expect, test } from 'vitest';
import { readGlobalRules } from '../../../src/integrations/argocd/global-rules.ts';
import { globalRulesInTheWay } from '../../../src/integrations/argocd/ignored.ts';

const set = { namespace: 'tenant', name: 'system6-dcr-farmer', writers: ['farmhand'] };
const inTheWay = (data: unknown) =>
  globalRulesInTheWay(readGlobalRules({ data }), set).map(({ says }) => says);
const prefix = 'resource.customizations.ignoreDifferences';

test.each<[string, unknown, readonly string[]]>([
  [
    'a key for the kind',
    { [`${prefix}.apps_StatefulSet`]: 'jsonPointers:\n- /spec/replicas\n' },
    [`${prefix}.apps_StatefulSet (jsonPointers: /spec/replicas)`],
  ],
  [
    'a key for all kinds',
    { [`${prefix}.all`]: 'jqPathExpressions:\n- .spec["replicas"]\n' },
    [`${prefix}.all (jqPathExpressions: .spec["replicas"])`],
  ],
  [
    'a manager that owns the number',
    { [`${prefix}.all`]: 'managedFieldsManagers:\n- farmhand\n- kube-controller-manager\n' },
    [`${prefix}.all (managedFieldsManagers: farmhand)`],
  ],
  [
    'the map of all kinds',
    {
      'resource.customizations':
        'apps/StatefulSet:\n  ignoreDifferences: |\n    jsonPointers:\n    - /spec\n',
    },
    ['resource.customizations, apps/StatefulSet (jsonPointers: /spec)'],
  ],
  [
    'a glob in that map, and rules as YAML instead of text',
    { 'resource.customizations': '"*/*":\n  ignoreDifferences:\n    jsonPointers: [/spec/replicas]\n' },
    ['resource.customizations, */* (jsonPointers: /spec/replicas)'],
  ],
  [
    'rules about something else',
    {
      [`${prefix}.apps_Deployment`]: 'jsonPointers: [/spec/replicas]',
      [`${prefix}.apps_StatefulSet`]: 'jsonPointers: [/metadata/labels]',
      [`${prefix}.all`]: 'managedFieldsManagers: [kube-controller-manager]',
      'resource.customizations.health.apps_StatefulSet': 'return {}',
    },
    [],
  ],
  [
    'what is none: no YAML, null, a number',
    { [`${prefix}.all`]: '{', [`${prefix}.apps_StatefulSet`]: null, 'resource.customizations': '5' },
    [],
  ],
  ['no data', null, []],
])('%s', (_what, data, expected) => {
  expect(inTheWay(data)).toEqual(expected);
});
