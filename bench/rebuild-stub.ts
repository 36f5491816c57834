/**
 * Kubernetes clusters and express nodes that answer at once: what is left is farmhand's own time. Every cluster and
 * every express node is a host of its own (127/8), all on one port. Arguments: port, how many instances, and the day in
 * the ids of their rebuilds.
 */
import { createServer } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import { listing, podList, statefulSetBody, statusBody } from './load/rebuild-answers.ts';
import {
  clusterAddress,
  clusterNames,
  farmersOfRebuild,
  instanceName,
  namespaceOf,
  nodeAddress,
  percentAt,
} from './load/rebuilds.ts';

const [port = 0, count = 0] = process.argv.slice(2).map(Number);
const [, , , , day = ''] = process.argv;
const numberOfNamespace = new Map(Array.from({ length: count }, (_, n) => [namespaceOf(n), n] as const));
const numberOfAddress = new Map(Array.from({ length: count }, (_, n) => [nodeAddress(n), n] as const));

/** `/apis/apps/v1/namespaces/NS/statefulsets/NAME`, `/api/v1/namespaces/NS/pods?labelSelector=…NAME` */
const kubernetes = (url: URL): string | undefined => {
  const [, namespace = '', kind, name] =
    /\/namespaces\/([^/]+)\/(statefulsets|pods)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
  const n = numberOfNamespace.get(namespace);
  if (n === undefined) return undefined;
  const set = kind === 'pods' ? (url.searchParams.get('labelSelector')?.split('=')[1] ?? '') : (name ?? '');
  const pods = set.endsWith('-farmer') ? farmersOfRebuild : 1;
  return kind === 'pods' ? podList(set, namespace, pods) : statefulSetBody(set, namespace, pods);
};

const express = (address: string, url: URL): string | undefined => {
  const n = numberOfAddress.get(address);
  if (n === undefined) return undefined;
  if (url.searchParams.get('cmd') === 'aaStatus') return listing(instanceName(n));
  const id = `${instanceName(n)}-${day}-1`;
  return statusBody(id, instanceName(n), percentAt(n, Date.now()));
};

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume();
  const url = new URL(request.url ?? '/', 'http://stub');
  const body = request.url?.startsWith('/.admin')
    ? express(request.headers.host?.split(':')[0] ?? '', url)
    : kubernetes(url);
  response.writeHead(body === undefined ? 404 : 200, {
    'content-type': url.searchParams.get('cmd') === 'aaStatus' ? 'text/plain' : 'application/json',
    'content-length': Buffer.byteLength(body ?? ''),
    // Set by hand, so that Node does not say how long: kube-apiserver and Java's servers do not, either.
    connection: 'keep-alive',
  });
  response.end(body);
});

const listen = (address: string): Promise<void> =>
  new Promise((resolve, reject) => {
    createNetServer((socket) => server.emit('connection', socket))
      .once('error', reject)
      .listen(port, address, resolve);
  });
const addresses = [...clusterNames.map(clusterAddress), ...numberOfAddress.keys()];
await Promise.all(addresses.map(listen));
console.log(`listening on ${addresses.length} addresses`);
