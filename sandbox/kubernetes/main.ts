import { once } from 'node:events';
import { partDir } from '../../scripts/setup/machine.ts';
import { startKubernetes } from './start.ts';

/** `node sandbox/kubernetes/main.ts`: a real Kubernetes API until Ctrl-C. Prints what kubectl and the tests want to know. */
const server = await startKubernetes(partDir('kubernetes'));
console.log(`KUBECONFIG=${server.kubeconfig}`);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await server[Symbol.asyncDispose]();
