import { didYouMean } from '../../core/nearest.ts';
import { quietNamed } from './group-checks.ts';
import type { ConfigFinding } from './issues.ts';
import { groupIn, isPresent, listIn, namesIn, type RawGroup } from './raw.ts';

/** Whether `rebuilds`, `access` and `jira` fit together. Works on data that may have problems of its own. */
export const rebuildChecks = (root: RawGroup): ConfigFinding[] => [
  ...neighbours(root),
  ...(isPresent(root['access']) ? access(groupIn(root['access'])) : []),
];

const neighbours = (root: RawGroup): ConfigFinding[] => {
  if (!isPresent(root['rebuilds'])) return [];
  const found: ConfigFinding[] = [];
  if (!isPresent(root['access'])) {
    const message =
      'needs an access section: without a role that allows it nobody may start, steer or see a rebuild';
    found.push({ path: ['rebuilds'], message });
  }
  if ((groupIn(root['rebuilds'])['ticket'] ?? true) === true && !isPresent(root['jira'])) {
    const message =
      'needs a jira section: each rebuild has a ticket before anything is touched; or write ticket: false';
    found.push({ path: ['rebuilds', 'ticket'], message });
  }
  const rebuilds = groupIn(root['rebuilds']);
  found.push(...quietChecks(rebuilds, namesIn(groupIn(root['alerts'])['quiet_hours'])));
  if (isPresent(groupIn(rebuilds['keep_work'])['cost']) && !isPresent(rebuilds['farmer_hour'])) {
    const message =
      'needs rebuilds.farmer_hour: without what a farmer costs nobody can tell when it is spent';
    found.push({ path: ['rebuilds', 'keep_work', 'cost'], message });
  }
  return found;
};

const quietChecks = ({ quiet, critical }: RawGroup, windows: readonly string[]): ConfigFinding[] => {
  if (quiet === undefined) {
    if (listIn(critical).length === 0) return [];
    const message = 'counts in quiet hours alone: write rebuilds.quiet, or leave this out';
    return [{ path: ['rebuilds', 'critical'], message }];
  }
  return typeof quiet === 'string' ? quietNamed(quiet, ['rebuilds', 'quiet'], windows) : [];
};

const access = (data: RawGroup): ConfigFinding[] => {
  const names = listIn(data['roles']).map((role) => groupIn(role)['name']);
  const known = names.filter((name) => typeof name === 'string');
  const twice = names.flatMap((name, i): ConfigFinding[] => {
    const first = names.indexOf(name);
    if (typeof name !== 'string' || first === i) return [];
    const message = `another role has this name already (number ${first + 1} of the list)`;
    return [{ path: ['access', 'roles', i, 'name'], message }];
  });
  const holders = (['users', 'groups'] as const).flatMap((key) =>
    Object.entries(groupIn(data[key])).map(([id, roles]) => ({
      path: ['access', key, id],
      roles: listIn(roles),
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
  const places = Object.entries(groupIn(data['environments'])).flatMap(([name, one]) =>
    listIn(groupIn(one)['instances']).flatMap((pattern, i): ConfigFinding[] => {
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
