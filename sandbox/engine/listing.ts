import { ordinal } from './topology.ts';
import type { SimFrontend, SimNode, SimState } from './world.ts';

const thrift = 'org.apache.thrift.transport.TTransportException';
const dataset = '5f5e38d65f5e38d6';
const epoch = 'e686.131';

type Columns = readonly [state: string, visibility: string, sync: string, readiness: string, detail: string];

const up: Columns = ['SYNCHRONIZED', 'visible', 'sync', 'ready', dataset];
const working: Columns = ['SYNCHRONIZED', 'invisible', 'sync', 'ready', dataset];
const booting: Columns = ['BOOTING', 'invisible', 'not sync', 'waiting', 'Inactive'];
const down: Columns = ['DOWN', 'invisible', 'not sync', 'unreachable', thrift];
const retired: Columns = ['DOWN', 'invisible', 'not sync', 'hidden', 'Inactive'];
const gone: Columns = ['?', '?', '?', 'unreachable', thrift];

/** The A/A status in the form of the real listings (`test/fixtures/aa-status-*.txt`). */
export const renderListing = (state: SimState): string => {
  const nodes = [...state.nodes.values()].toSorted((a, b) => ordinal(a.name) - ordinal(b.name));
  const lines = [
    'A/A Status:',
    '\t    Classic Frontends',
    ...state.frontends.map((frontend) => row(frontend.name, ofFrontend(frontend), epoch)),
    '\t    DCR Dynamic Synchronizers:',
    ...nodes.filter(({ kind }) => kind === 'synchronizer').map((n) => row(n.name, ofSynchronizer(n, state))),
    '\t    DCR Dynamic Farmers:',
    ...nodes.filter(({ kind }) => kind === 'farmer').map((n) => row(n.name, ofFarmer(n))),
  ];
  return `${lines.join('\n')}\n`;
};

const row = (name: string, [state, visibility, sync, readiness, detail]: Columns, at = ''): string =>
  `\t        ${name.padEnd(26)} : ${state.padEnd(15)} ${visibility.padEnd(10)} ${sync.padEnd(8)} ${at.padEnd(8)} ${readiness.padEnd(15)} ${detail}`;

const ofFrontend = ({ state, left }: SimFrontend): Columns => {
  if (state === 'failed') return down;
  if (state !== 'restarting') return up;
  return left > 0 ? booting : down;
};

const ofSynchronizer = ({ pod, broken }: SimNode, { fresh }: SimState): Columns => {
  if (!pod) return gone;
  if (broken) return ['DOWN', 'invisible', 'not sync', 'unreachable', `${thrift}: UnknownHostException`];
  if (pod.phase === 'ready') {
    return fresh === pod.since ? up : ['BOOTING', 'invisible', 'not sync', 'ready', 'Inactive'];
  }
  return pod.phase === 'booting' ? booting : down;
};

const ofFarmer = ({ pod, retired: isRetired }: SimNode): Columns => {
  if (isRetired) return retired;
  if (!pod) return gone;
  if (pod.phase === 'ready') return working;
  return pod.phase === 'booting' ? booting : down;
};
