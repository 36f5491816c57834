import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { FarmhandError } from '../../src/core/errors.ts';
import { freePort } from '../process/free-port.ts';
import { startProcess } from '../process/process.ts';
import { tempDir } from '../process/temp-dir.ts';

export interface KubernetesServer extends AsyncDisposable {
  /** A kubeconfig of its administrator. */
  readonly kubeconfig: string;
  readonly url: string;
  readonly token: string;
}

/**
 * A real Kubernetes API on loopback with its own store, and the controllers that farmhand depends on. There is no kubelet and no
 * scheduler: pods are made, and whoever needs them says that they are ready. `folder` is where `npm run setup -- kubernetes`
 * built it. Disposing ends all of it and removes its files.
 */
export const startKubernetes = async (folder: string): Promise<KubernetesServer> => {
  await using cleanup = new AsyncDisposableStack();
  const dir = cleanup.use(await tempDir('kubernetes')).path;
  const [store, peers, port] = [await freePort(), await freePort(), await freePort()];
  const token = randomBytes(16).toString('hex');
  const url = `https://127.0.0.1:${port}`;
  const file = (name: string): string => join(dir, name);
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  await mkdir(file('certs'));
  await writeFile(file('accounts.pub'), keys.publicKey);
  await writeFile(file('accounts.key'), keys.privateKey, { mode: 0o600 });
  await writeFile(file('tokens'), `${token},admin,1,system:masters\n`, { mode: 0o600 });
  await writeFile(file('kubeconfig'), kubeconfigOf(url, token), { mode: 0o600 });

  const installHint = 'To have it: npm run setup -- kubernetes';
  // Last in, first out: an API server without its store waits for ever.
  cleanup.use(
    await startProcess({
      name: 'etcd',
      command: join(folder, 'etcd'),
      args: [
        ...['--data-dir', file('etcd'), '--listen-client-urls', `http://127.0.0.1:${store}`],
        ...['--advertise-client-urls', `http://127.0.0.1:${store}`, '--unsafe-no-fsync'],
        ...['--listen-peer-urls', `http://127.0.0.1:${peers}`],
      ],
      ready: { port: store },
      installHint,
    }),
  );
  cleanup.use(
    await startProcess({
      name: 'kube-apiserver',
      command: join(folder, 'kube-apiserver'),
      args: [
        ...[`--etcd-servers=http://127.0.0.1:${store}`, '--bind-address=127.0.0.1', `--secure-port=${port}`],
        ...[
          `--cert-dir=${file('certs')}`,
          `--token-auth-file=${file('tokens')}`,
          '--authorization-mode=RBAC',
        ],
        ...[
          '--service-account-issuer=https://kubernetes',
          `--service-account-key-file=${file('accounts.pub')}`,
        ],
        ...[
          `--service-account-signing-key-file=${file('accounts.key')}`,
          '--service-cluster-ip-range=10.0.0.0/24',
        ],
        // Nobody makes the accounts of namespaces here, and pods would wait for them.
        ...['--disable-admission-plugins=ServiceAccount', '--endpoint-reconciler-type=none'],
      ],
      ready: { check: () => isReady(url, token), says: `${url}/readyz` },
      readyTimeout: 180_000,
      stopTimeout: 15_000,
      installHint,
    }),
  );
  cleanup.use(
    await startProcess({
      name: 'kube-controller-manager',
      command: join(folder, 'kube-controller-manager'),
      args: [
        ...[`--kubeconfig=${file('kubeconfig')}`, '--leader-elect=false', '--secure-port=0'],
        '--controllers=statefulset-controller,garbage-collector-controller,namespace-controller,disruption-controller',
      ],
      installHint,
    }),
  );
  const running = cleanup.move();
  return {
    kubeconfig: file('kubeconfig'),
    url,
    token,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
};

/** The custom types that were built beside it, as YAML, by file name. */
export const customTypes = async (folder: string): Promise<readonly (readonly [string, string])[]> => {
  const dir = join(folder, 'crds');
  const names = await readdir(dir).catch((cause: unknown) => {
    throw new FarmhandError(
      'no_custom_types',
      `${dir} is not there. To have it: npm run setup -- kubernetes`,
      {
        cause,
      },
    );
  });
  return Promise.all(
    names.toSorted().map(async (name) => [name, await readFile(join(dir, name), 'utf8')] as const),
  );
};

const isReady = (url: string, token: string): Promise<boolean> =>
  new Promise((resolve) => {
    const asked = request(`${url}/readyz`, {
      // Its certificate is its own, made a moment ago.
      rejectUnauthorized: false,
      headers: { authorization: `Bearer ${token}` },
      timeout: 2_000,
    });
    asked
      .once('response', (answer) => resolve(answer.resume().statusCode === 200))
      .once('error', () => resolve(false))
      .once('timeout', () => asked.destroy())
      .end();
  });

/** YAML is a superset of JSON. */
const kubeconfigOf = (server: string, token: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'real',
    clusters: [{ name: 'real', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'real', context: { cluster: 'real', user: 'admin' } }],
  });
