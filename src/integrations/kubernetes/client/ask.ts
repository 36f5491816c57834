import type { KubeConfig } from '@kubernetes/client-node';
import { ApiException } from '@kubernetes/client-node/dist/gen/apis/exception.js';
import { HttpMethod, RequestContext } from '@kubernetes/client-node/dist/gen/http/http.js';
import { type Dispatcher, request } from 'undici';

/** Where a cluster is and what is shown to it; made up by client-node, from whatever the kubeconfig says. */
export interface ClusterAccess {
  readonly server: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher | undefined;
}

/** Reads files and runs programs, where the kubeconfig says so. @throws what they do */
export const accessOf = async (config: KubeConfig): Promise<ClusterAccess> => {
  const server = (config.getCurrentCluster()?.server ?? '').replace(/\/+$/, '');
  const context = new RequestContext(server, HttpMethod.GET);
  await config.applySecurityAuthentication(context);
  return { server, headers: context.getHeaders(), dispatcher: context.getDispatcher() };
};

/** The body of a GET as JSON, unchecked. @throws ApiException for any status but 200 */
export const getJson = async (
  { server, headers, dispatcher }: ClusterAccess,
  path: string,
  signal: AbortSignal,
): Promise<unknown> => {
  const answer = await request(`${server}${path}`, {
    headers: { accept: 'application/json', 'user-agent': 'farmhand', ...headers },
    signal,
    ...(dispatcher && { dispatcher }),
  });
  const body = await answer.body.text();
  if (answer.statusCode === 200) return JSON.parse(body);
  const told = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const);
  throw new ApiException(answer.statusCode, 'refused', body, Object.fromEntries(told));
};
