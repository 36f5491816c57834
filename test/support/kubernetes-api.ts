import { request } from 'node:https';
import type { KubernetesServer } from '../../sandbox/kubernetes/start.ts';

export interface KubernetesAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an object of the API; each test asserts what it reads
  readonly body: any;
  readonly warnings: readonly string[];
}

interface AnObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export interface KubernetesApi {
  call(method: string, path: string, body?: unknown, contentType?: string): Promise<KubernetesAnswer>;
  /** Where an object is, `namespace` where it has none of its own; throws where the API knows no such kind. */
  pathOf(object: AnObject, namespace: string): Promise<string>;
  /** Server-side apply. With `dryRun` all of admission is asked, unknown and doubled fields are refused, and nothing is kept. */
  apply(object: AnObject, options: { namespace: string; dryRun: boolean }): Promise<KubernetesAnswer>;
}

/** The API of a server that was just started, as its administrator, or with a token as somebody else. */
export const kubernetesApi = ({ url, token }: Pick<KubernetesServer, 'url' | 'token'>): KubernetesApi => {
  const call: KubernetesApi['call'] = (method, path, body, contentType = 'application/json') =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': contentType };
      // Its certificate is its own, made a moment ago.
      const asked = request(`${url}${path}`, { method, headers, rejectUnauthorized: false, timeout: 30_000 });
      asked
        .once('error', reject)
        .once('timeout', () => asked.destroy(new Error(`${path}: no answer in 30 s`)));
      asked.once('response', (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const said = answer.headersDistinct['warning'] ?? [];
          resolve({
            status: answer.statusCode ?? 0,
            body: text.startsWith('{') ? JSON.parse(text) : text,
            // `299 - "text"`
            warnings: said.map((line) => line.replace(/^\d+ \S+ "(.*)"$/, '$1').replaceAll('\\"', '"')),
          });
        });
      });
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const groups = new Map<string, Promise<KubernetesAnswer>>();
  const known = async (
    group: string,
  ): Promise<readonly { kind: string; name: string; namespaced: boolean }[]> => {
    const asked = groups.get(group) ?? call('GET', group);
    groups.set(group, asked);
    const { body } = await asked;
    if (body.resources === undefined) groups.delete(group);
    return body.resources ?? [];
  };
  const pathOf: KubernetesApi['pathOf'] = async ({ apiVersion, kind, metadata }, namespace) => {
    const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const found = (await known(group)).find((each) => each.kind === kind && !each.name.includes('/'));
    if (!found) throw new Error(`the API knows no ${kind} of ${apiVersion}`);
    const within = found.namespaced ? `/namespaces/${metadata.namespace ?? namespace}` : '';
    return `${group}${within}/${found.name}/${metadata.name}`;
  };
  return {
    call,
    pathOf,
    apply: async (object, { namespace, dryRun }) => {
      const options = `fieldManager=farmhand-test&force=true&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;
      return call(
        'PATCH',
        `${await pathOf(object, namespace)}?${options}`,
        object,
        'application/apply-patch+yaml',
      );
    },
  };
};
