import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readValues } from '../../../src/integrations/gitops/values/values.ts';
import { ownKeys, topKeys, valuesSchema } from '../../../src/integrations/gitops/values/values-schema.ts';

const doc = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

const shape = valuesSchema('x').shape;
const groups = Object.keys(ownKeys);

test('docs/instances.md has every key that is read, and no other', () => {
  const documented = [...doc('instances.md').matchAll(/^\| `([\w.]+)` \|/gm)].map(([, key]) => key);
  const read = topKeys.flatMap((key) =>
    groups.includes(key) ? (ownKeys[key] ?? []).map((below) => `${key}.${below}`) : [key],
  );
  expect(documented.toSorted()).toEqual(read.toSorted());
});

test('the lists of keys are those of the schema', () => {
  expect(Object.keys(shape).toSorted()).toEqual([...topKeys].toSorted());
  expect(Object.keys(shape.dcr.shape).toSorted()).toEqual([...(ownKeys['dcr'] ?? [])].toSorted());
});

test('the example in docs/instances.md is valid', () => {
  const text = /```yaml\n(tenant:[\s\S]*?)```/.exec(doc('instances.md'))?.[1] ?? '';
  const values = readValues({ name: 'system6', file: 'instances/system6.yaml', text, revision: 'x' });
  expect(values).toEqual({ ok: true, value: expect.objectContaining({ name: 'system6', way: 'gitops' }) });
});
