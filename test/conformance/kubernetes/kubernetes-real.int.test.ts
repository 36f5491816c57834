import { afterAll, describe } from 'vitest';
import { startKubernetes } from '../../../sandbox/kubernetes/start.ts';
import { partDir } from '../../../scripts/setup/machine.ts';
import { kubernetesConforms } from './kubernetes.ts';
import { openRealCluster } from './real-cluster.ts';

// The first file of the list, as kubectl would write to: any cluster whose administrator you are.
const given = process.env['KUBECONFIG']?.split(':').find((file) => file !== '');

describe('a real kube-apiserver', { tags: ['long'] }, () => {
  const cleanup = new AsyncDisposableStack();
  // Hooks end in the other order than they are named: the server after what works with it.
  afterAll(() => cleanup.disposeAsync());
  kubernetesConforms(async () => {
    if (given !== undefined) return openRealCluster(given);
    return openRealCluster(cleanup.use(await startKubernetes(partDir('kubernetes'))).kubeconfig);
  });
});
