import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApplications } from '../../../src/integrations/kubernetes/applications.ts';
import type { CallResult, Clusters } from '../../../src/integrations/kubernetes/client/clusters.ts';
import type { Apis } from '../../../src/integrations/kubernetes/client/connect.ts';
import { createClusterPort } from '../../../src/integrations/kubernetes/doctor/examine.ts';
import { createKubernetesScales } from '../../../src/integrations/kubernetes/scales.ts';
import type { Instance } from '../../../src/rebuild/model/parts/instance.ts';
import type { SetView } from '../../../src/rebuild/ports/ports.ts';
import { anInstance } from '../../builders/rebuild.ts';
import { aScale } from '../../integrations/kubernetes/world.ts';

/** A cluster named `den` that the suite may do anything to, and somebody who may do nothing there: `nobody`. */
export interface ClusterRig extends AsyncDisposable {
  readonly clusters: Clusters;
  readonly namespace: string;
  /** A set without replicas, `Parallel`, and its headless Service that publishes what is not ready. */
  createSet(name: string): Promise<void>;
  /** Has as many pods of the set ready as it wants. */
  settle(set: string): Promise<void>;
  /** One of its pods has restarted, and was ready all the time as far as anybody could see, or is not yet ready again. */
  restart(set: string, ordinal: number, as: 'ready' | 'unready'): Promise<void>;
  /** Ready pods by the set's status; undefined: no controller counts them. */
  counted(set: string): Promise<number | undefined>;
  /** Lets no more pods be made in the namespace, until it is disposed of. */
  quota(pods: number): Promise<AsyncDisposable>;
  /** A policy on `statefulsets/scale` that reads `object.spec.replicas`; it may take seconds to be heeded. */
  atMost(replicas: number): Promise<AsyncDisposable & { readonly name: string }>;
  /** Runs with clusters that refuse `update statefulsets/scale`; the user's name. */
  asNobody<T>(run: (clusters: Clusters, user: string) => Promise<T>): Promise<T>;
}

/** What farmhand relies on, held against an API server: a real one and the simulator alike. */
export const kubernetesConforms = (start: () => Promise<ClusterRig>): void => {
  let rig: ClusterRig;
  let instance: Instance;
  let count = 0;
  beforeAll(async () => {
    rig = await start();
  });
  afterAll(() => rig?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    count++;
    const [farmerSet, synchronizerSet] = [`set${count}-dcr-farmer`, `set${count}-dcr-sync`];
    instance = anInstance({
      namespace: rig.namespace,
      farmerSet,
      synchronizerSet,
      synchronizerService: synchronizerSet,
    });
    await rig.createSet(farmerSet);
    await rig.createSet(synchronizerSet);
  });

  const port = () => createClusterPort(rig.clusters, createApplications(rig.clusters));
  const scales = () => createKubernetesScales(rig.clusters);
  const look = async (): Promise<SetView> => {
    const seen = await port().look(instance, 'farmer');
    if (!seen.ok) throw new Error(seen.error);
    return seen.value;
  };
  const at = () => ({ name: instance.farmerSet, namespace: instance.namespace });
  const readScale = () =>
    value(
      rig.clusters.call('den', (apis, options) => apis.apps.readNamespacedStatefulSetScale(at(), options)),
    );
  const replace = (
    body: Parameters<Apis['apps']['replaceNamespacedStatefulSetScale']>[0]['body'],
    rest: { readonly dryRun?: string; readonly fieldManager?: string } = {},
  ) =>
    rig.clusters.call('den', (apis, options) =>
      apis.apps.replaceNamespacedStatefulSetScale({ ...at(), body, ...rest }, options),
    );
  const kubectl = (replicas: number) =>
    value(replace({ metadata: at(), spec: { replicas } }, { fieldManager: 'kubectl' }));

  describe('a set', () => {
    test('without replicas', async () => {
      expect(await look()).toEqual({
        wanted: 0,
        ready: 0,
        pods: [],
        resourceVersion: expect.stringMatching(/^[0-9a-f-]{36}\/1$/),
        observed: expect.any(Boolean),
        changedBy: { manager: expect.any(String), at: expect.any(Number) },
        podManagement: 'Parallel',
      });
    });

    test('with pods that are ready', async () => {
      const view = await look();
      expect(
        await scales().scale(aScale(instance, { to: 2, resourceVersion: view.resourceVersion })),
      ).toMatchObject({ ok: true, already: false });
      await rig.settle(instance.farmerSet);
      expect(await look()).toEqual({
        wanted: 2,
        ready: 2,
        pods: [0, 1].map((n) => ({
          name: `${instance.farmerSet}-${n}`,
          ready: true,
          terminating: false,
          restarts: 0,
        })),
        resourceVersion: view.resourceVersion.replace(/1$/, '2'),
        observed: expect.any(Boolean),
        // No time: none is kept of what is written through the scale subresource.
        changedBy: { manager: 'farmhand' },
        podManagement: 'Parallel',
      });
    });

    test('that is not there', async () => {
      const missing = { ...instance, farmerSet: 'no-such-set' };
      expect(await port().look(missing, 'farmer')).toEqual({
        ok: false,
        error: 'cluster den answered 404: statefulsets.apps "no-such-set" not found',
      });
    });
  });

  describe('a pod that restarts between two looks', () => {
    /** Looks that take what was seen of pods that were well for two minutes, by a clock of their own. */
    const looks = async () => {
      const clock = { now: 0 };
      const cluster = createClusterPort(rig.clusters, createApplications(rig.clusters), () => clock.now);
      const { resourceVersion } = await look();
      await scales().scale(aScale(instance, { to: 2, resourceVersion }));
      await rig.settle(instance.farmerSet);
      // Where a controller runs, it counts them in the set's status in its own time.
      await expect.poll(async () => (await rig.counted(instance.farmerSet)) ?? 2).toBe(2);
      const restarts = async (): Promise<readonly number[]> => {
        const seen = await cluster.look(instance, 'farmer', 120_000);
        if (!seen.ok) throw new Error(seen.error);
        return seen.value.pods.map((pod) => pod.restarts);
      };
      expect(await restarts()).toEqual([0, 0]);
      return { clock, restarts };
    };

    test('within the time of a probe, which its set cannot tell, is seen within two minutes', async () => {
      const { clock, restarts } = await looks();
      await rig.restart(instance.farmerSet, 1, 'ready');
      clock.now = 119_999;
      expect(await restarts()).toEqual([0, expect.any(Number)]);
      clock.now = 120_000;
      expect(await restarts()).toEqual([0, expect.toSatisfy(isMore)]);
    });

    test('and is not ready for a moment is seen with the next look after its set was told', async () => {
      const { restarts } = await looks();
      await rig.restart(instance.farmerSet, 1, 'unready');
      if ((await rig.counted(instance.farmerSet)) === undefined) return;
      await expect.poll(restarts, { timeout: 30_000 }).toEqual([0, expect.toSatisfy(isMore)]);
    });
  });

  describe('the scale subresource', () => {
    test('leaves out replicas that are zero, and takes them when they are written', async () => {
      expect((await readScale()).spec).toEqual({});
      await kubectl(3);
      expect((await readScale()).spec).toEqual({ replicas: 3 });
      await kubectl(0);
      expect((await readScale()).spec).toEqual({});
    });

    test('shares its version with the set', async () => {
      const set = await value(
        rig.clusters.call('den', (apis, options) => apis.apps.readNamespacedStatefulSet(at(), options)),
      );
      const scale = await readScale();
      expect(scale.metadata?.resourceVersion).toBe(set.metadata?.resourceVersion);
      expect(scale.metadata?.uid).toBe(set.metadata?.uid);
    });

    test('refuses a write on an old version', async () => {
      const { metadata } = await readScale();
      await kubectl(1);
      expect(
        await replace({
          metadata: { ...at(), resourceVersion: metadata?.resourceVersion ?? '' },
          spec: { replicas: 5 },
        }),
      ).toEqual({
        ok: false,
        failure: {
          kind: 'answered',
          status: 409,
          reason: 'Conflict',
          retryAfterMs: undefined,
          says: `Operation cannot be fulfilled on statefulsets.apps "${instance.farmerSet}": the object has been modified; please apply your changes to the latest version and try again`,
        },
      });
      expect((await readScale()).spec).toEqual({ replicas: 1 });
    });

    test('refuses a number below zero', async () => {
      const answer = await replace({ metadata: at(), spec: { replicas: -1 } });
      expect(answer).toMatchObject({ ok: false, failure: { status: 422, reason: 'Invalid' } });
      expect(says(answer)).toBe(
        `Scale.autoscaling "${instance.farmerSet}" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0`,
      );
    });

    test('refuses the name of another set', async () => {
      const answer = await replace({ metadata: { ...at(), name: 'another' }, spec: { replicas: 1 } });
      expect(answer).toMatchObject({ ok: false, failure: { status: 400, reason: 'BadRequest' } });
      expect(says(answer)).toBe(
        `the name of the object (another) does not match the name on the URL (${instance.farmerSet})`,
      );
    });

    test('refuses a body without a name', async () => {
      const answer = await replace({ spec: { replicas: 1 } });
      expect(answer).toMatchObject({ ok: false, failure: { status: 400, reason: 'BadRequest' } });
      expect(says(answer)).toBe(
        `the name of the object (${instance.farmerSet} based on URL) was undeterminable: name must be provided`,
      );
    });

    test('changes nothing in a dry run', async () => {
      const answer = await value(replace({ metadata: at(), spec: { replicas: 4 } }, { dryRun: 'All' }));
      expect(answer.spec).toEqual({ replicas: 4 });
      expect((await readScale()).spec).toEqual({});
    });

    test('takes a merge patch, with or without a version', async () => {
      const patch = (body: unknown) =>
        rig.clusters.call('den', (apis, options) =>
          apis.apps.patchNamespacedStatefulSetScale(
            { ...at(), body },
            setHeaderOptions('Content-Type', PatchStrategy.MergePatch, options),
          ),
        );
      const { metadata } = await readScale();
      expect((await value(patch({ spec: { replicas: 2 } }))).spec).toEqual({ replicas: 2 });
      const stale = { metadata: { resourceVersion: metadata?.resourceVersion }, spec: { replicas: 3 } };
      expect(await patch(stale)).toMatchObject({ ok: false, failure: { status: 409, reason: 'Conflict' } });
      expect((await readScale()).spec).toEqual({ replicas: 2 });
    });

    test('takes no object where the header says JSON Patch, which is what the client says by itself', async () => {
      const answer = await rig.clusters.call('den', (apis, options) =>
        apis.apps.patchNamespacedStatefulSetScale({ ...at(), body: { spec: { replicas: 2 } } }, options),
      );
      expect(answer).toMatchObject({ ok: false, failure: { status: 400, reason: 'BadRequest' } });
      expect(says(answer)).toBe(
        'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
      );
    });

    test('takes no plain JSON as a patch', async () => {
      const answer = await rig.clusters.call('den', (apis, options) =>
        apis.apps.patchNamespacedStatefulSetScale(
          { ...at(), body: { spec: { replicas: 2 } } },
          setHeaderOptions('Content-Type', 'application/json', options),
        ),
      );
      expect(answer).toMatchObject({ ok: false, failure: { status: 415, reason: 'UnsupportedMediaType' } });
      expect(says(answer)).toBe('415: Unsupported Media Type');
    });

    test('takes a JSON Patch with a test', async () => {
      await kubectl(2);
      const patch = (from: number) =>
        rig.clusters.call('den', (apis, options) =>
          apis.apps.patchNamespacedStatefulSetScale(
            {
              ...at(),
              body: [
                { op: 'test', path: '/spec/replicas', value: from },
                { op: 'replace', path: '/spec/replicas', value: 5 },
              ],
            },
            options,
          ),
        );
      const failed = await patch(3);
      expect(failed).toMatchObject({ ok: false, failure: { status: 422, reason: 'Invalid' } });
      expect(says(failed)).toBe('the server rejected our request due to an error in our request');
      expect((await value(patch(2))).spec).toEqual({ replicas: 5 });
    });
  });

  describe('who set the number', () => {
    test('is the last one who changed it, and stays so when another writes the same number', async () => {
      await kubectl(3);
      expect((await look()).changedBy?.manager).toBe('kubectl');
      await value(replace({ metadata: at(), spec: { replicas: 3 } }, { fieldManager: 'somebody' }));
      const view = await look();
      expect(view.changedBy?.manager).toBe('kubectl');
      expect(view.resourceVersion).toMatch(/\/2$/);
      expect(await scales().blame(instance, 'farmer')).toEqual({
        ok: true,
        value: {
          who: 'a person with kubectl (kubectl)',
          what: `set spec.replicas of ${instance.farmerSet} to 3`,
        },
      });
      const wish = aScale(instance, { from: 3, to: 4, resourceVersion: view.resourceVersion });
      expect(await scales().scale(wish)).toMatchObject({ ok: true, already: false });
      expect((await look()).changedBy?.manager).toBe('farmhand');
    });
  });

  describe('a change', () => {
    test('is made once, and found when it is asked for again', async () => {
      const wish = aScale(instance, { to: 2, resourceVersion: (await look()).resourceVersion });
      expect(await scales().scale(wish)).toMatchObject({ ok: true, already: false });
      expect(await scales().scale(wish)).toMatchObject({ ok: true, already: true });
    });

    test('is a conflict where another number is found, or the same one again', async () => {
      const wish = aScale(instance, { to: 2, resourceVersion: (await look()).resourceVersion });
      await kubectl(7);
      expect(await scales().scale(wish)).toMatchObject({ ok: false, kind: 'conflict' });
      await kubectl(0);
      expect(await scales().scale(wish)).toMatchObject({ ok: false, kind: 'conflict' });
      expect((await look()).wanted).toBe(0);
    });

    test('is refused without the right, in the words of the API', async () => {
      const { resourceVersion } = await look();
      const [result, user] = await rig.asNobody(async (clusters, name) => [
        await createKubernetesScales(clusters).scale(aScale(instance, { to: 2, resourceVersion })),
        name,
      ]);
      expect(result).toMatchObject({ ok: false, kind: 'refused' });
      expect(result.ok ? '' : result.error).toContain(`is forbidden: User "${user}" cannot `);
      expect(result.ok ? '' : result.error).toContain(
        `in API group "apps" in the namespace "${rig.namespace}"; the Role in`,
      );
      expect((await look()).wanted).toBe(0);
    });
  });

  describe('an admission policy', () => {
    test('denies a number, and zero because a Scale leaves it out: refused, named, and no missing right', async () => {
      await kubectl(2);
      await using policy = await rig.atMost(5);
      const denied = () => replace({ metadata: at(), spec: { replicas: 9 } }, { dryRun: 'All' });
      await expect.poll(async () => (await denied()).ok, { timeout: 60_000 }).toBe(false);
      const { resourceVersion } = await look();
      const to = (replicas: number) =>
        scales().scale(aScale(instance, { from: 2, to: replicas, resourceVersion }));
      const by = `ValidatingAdmissionPolicy '${policy.name}' with binding '${policy.name}' denied request`;
      const start = (replicas: number) =>
        `StatefulSet ${instance.farmerSet}, replicas 2 → ${replicas}: cluster den answered 422: statefulsets.apps "${instance.farmerSet}" is forbidden: ${by}`;
      expect(await to(9)).toEqual({
        ok: false,
        kind: 'refused',
        error: `${start(9)}: no more than 5 farmers here; ask #platform; that is the admission policy ${policy.name}, and not a missing right of farmhand's: ask whoever keeps it. Nothing was changed.`,
      });
      const zero = await to(0);
      expect(zero).toMatchObject({ ok: false, kind: 'refused' });
      expect(zero.ok ? '' : zero.error).toContain(
        `${start(0)}: expression 'object.spec.replicas <= 5' resulted`,
      );
      expect(zero.ok ? '' : zero.error).toContain(
        `the admission policy ${policy.name} cannot read a number of zero, because a Scale leaves it out`,
      );
      expect((await look()).wanted).toBe(2);
      const findings = await port().doctor(instance);
      expect(findings.filter(({ check }) => check === 'admission_policy')).toMatchObject([
        { level: 'problem', says: expect.stringContaining(policy.name) },
      ]);
    });
  });

  test('why a pod is not made is told, without the words around it', async () => {
    await using _ = await rig.quota(1);
    await kubectl(3);
    const trouble = async () => (await look()).pods.flatMap((pod) => pod.trouble?.says ?? []);
    await expect
      .poll(trouble, { timeout: 60_000 })
      .toContainEqual(
        expect.stringMatching(/^not made: pods "set\d+-dcr-farmer-\d+" is forbidden: exceeded quota: pods/),
      );
    await kubectl(0);
  });

  describe('the doctor', () => {
    test('reads all it asks for, and finds a set that is well', async () => {
      const findings = await port().doctor(instance);
      expect(findings.filter(({ level }) => level === 'unknown' || level === 'problem')).toEqual([]);
      expect([...new Set(findings.map(({ check }) => check))]).toEqual([
        'reachability',
        'rights',
        'readiness_trap',
        'pod_management',
        'probes',
        'disruption_budget',
        'argocd_self_heal',
        'autoscaler',
        'quota',
        'admission_policy',
      ]);
    });

    test('is told which rights are missing', async () => {
      const findings = await rig.asNobody((clusters) =>
        createClusterPort(clusters, createApplications(clusters)).doctor(instance),
      );
      expect(findings.filter(({ check }) => check === 'rights')[0]).toMatchObject({ level: 'problem' });
    });
  });

  test('a path that no API serves is told apart from a name that is not there', async () => {
    const answer = await rig.clusters.call('den', (apis, options) =>
      apis.custom.listNamespacedCustomObject(
        { group: 'farmhand.example.com', version: 'v1', plural: 'nothings', namespace: rig.namespace },
        options,
      ),
    );
    expect(answer).toMatchObject({ ok: false, failure: { status: 404, reason: undefined } });
    expect(says(answer)).toBe('404 page not found');
  });
};

const isMore = (restarts: number): boolean => restarts > 0;

const value = async <T>(call: Promise<CallResult<T>>): Promise<T> => {
  const result = await call;
  if (!result.ok) throw new Error(result.failure.says);
  return result.value;
};

const says = (result: CallResult<unknown>): string => (result.ok ? '' : result.failure.says);
