import { expect, test } from 'vitest';
import { kubernetesConforms } from './kubernetes.ts';
import { openRealCluster } from './real-cluster.ts';

// The first file of the list, as kubectl would write to.
const kubeconfig = process.env['KUBECONFIG']?.split(':').find((file) => file !== '');

if (kubeconfig === undefined) {
  test('KUBECONFIG points to no cluster: the simulator is held against no real kube-apiserver here', () => {
    expect(kubeconfig).toBeUndefined();
  });
} else {
  kubernetesConforms(() => openRealCluster(kubeconfig));
}
