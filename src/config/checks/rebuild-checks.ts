import { didYouMean } from '../../core/nearest.ts';
import type { ConfigFinding } from './issues.ts';

/** Whether `rebuilds`, `access` and `jira` fit together. Works on data that may have problems of its own. */
export const rebuildChecks = (root: Group): ConfigFinding[] => [
  ...neighbours(root),
  ...(present(root['access']) ? access(group(root['access'])) : []),
];

const neighbours = (root: Group): ConfigFinding[] => {
  if (!present(root['rebuilds'])) return [];
  const found: ConfigFinding[] = [];
  if (!present(root['access'])) {
    const message =
      'needs an access section: without a role that allows it nobody may start, steer or see a rebuild';
    found.push({ path: ['rebuilds'], message });
  }
  if ((group(root['rebuilds'])['ticket'] ?? true) === true && !present(root['jira'])) {
    const message =
      'needs a jira section: each rebuild has a ticket before anything is touched; or write ticket: false';
    found.push({ path: ['rebuilds', 'ticket'], message });
  }
  const rebuilds = group(root['rebuilds']);
  found.push(...quietChecks(rebuilds, list(group(root['alerts'])['quiet_hours'])));
  if (present(group(rebuilds['keep_work'])['cost']) && !present(rebuilds['farmer_hour'])) {
    const message =
      'needs rebuilds.farmer_hour: without what a farmer costs nobody can tell when it is spent';
    found.push({ path: ['rebuilds', 'keep_work', 'cost'], message });
  }
  return found;
};

const quietChecks = ({ quiet, critical }: Group, windows: readonly unknown[]): ConfigFinding[] => {
  if (quiet === undefined) {
    if (list(critical).length === 0) return [];
    const message = 'counts in quiet hours alone: write rebuilds.quiet, or leave this out';
    return [{ path: ['rebuilds', 'critical'], message }];
  }
  const names = windows.map((one) => group(one)['name']).filter((name) => typeof name === 'string');
  if (typeof quiet !== 'string' || names.includes(quiet)) return [];
  const message = `names no quiet hours: there is no ${quiet} in alerts.quiet_hours${didYouMean(quiet, names)}`;
  return [{ path: ['rebuilds', 'quiet'], message }];
};

const access = (data: Group): ConfigFinding[] => {
  const names = list(data['roles']).map((role) => group(role)['name']);
  const known = names.filter((name) => typeof name === 'string');
  const twice = names.flatMap((name, i): ConfigFinding[] => {
    const first = names.indexOf(name);
    if (typeof name !== 'string' || first === i) return [];
    const message = `another role has this name already (number ${first + 1} of the list)`;
    return [{ path: ['access', 'roles', i, 'name'], message }];
  });
  const holders = (['users', 'groups'] as const).flatMap((key) =>
    Object.entries(group(data[key])).map(([id, roles]) => ({
      path: ['access', key, id],
      roles: list(roles),
    })),
  );
  const strange = holders.flatMap(({ path, roles }) =>
    roles.flatMap((role, i): ConfigFinding[] => {
      if (typeof role !== 'string' || known.includes(role)) return [];
      const message = `is no role of access.roles${didYouMean(role, known) || `; there is ${[...new Set(known)].join(', ') || 'none'}`}`;
      return [{ path: [...path, i], message }];
    }),
  );
  const placed = new Map<string, string>();
  const places = Object.entries(group(data['environments'])).flatMap(([name, one]) =>
    list(group(one)['instances']).flatMap((pattern, i): ConfigFinding[] => {
      if (typeof pattern !== 'string') return [];
      const other = placed.get(pattern);
      placed.set(pattern, name);
      if (other === undefined || other === name) return [];
      const message = `belongs to ${other} already; an instance is in one environment`;
      return [{ path: ['access', 'environments', name, 'instances', i], message }];
    }),
  );
  const nobody = 'nobody holds a role: give one to a person under users, or to a user group under groups';
  return [
    ...twice,
    ...strange,
    ...places,
    ...(holders.length === 0 ? [{ path: ['access'], message: nobody }] : []),
  ];
};

type Group = Readonly<Record<string, unknown>>;
const group = (value: unknown): Group =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Group) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const present = (value: unknown): boolean => value !== undefined && value !== null;
