/** The work of one distributed rebuild, shared out among farmers. Pure; work in farmer-milliseconds. */
export interface Work {
  readonly engine: 'farm' | 'balance';
  readonly total: number;
  /** Handed in: no farmer's death loses it. */
  readonly safe: number;
  /** By incarnation of a farmer. */
  readonly shares: ReadonlyMap<string, Share>;
}

interface Share {
  /** Done and not handed in. */
  readonly held: number;
  /** `farm`: its part of the whole. */
  readonly size: number;
}

/** Begun with these farmers. `safe`: what a cache file had. */
export const beginWork = (
  engine: Work['engine'],
  total: number,
  safe: number,
  farmers: readonly string[],
): Work => ({
  engine,
  total,
  safe,
  shares: new Map(farmers.map((id) => [id, { held: 0, size: (total - safe) / farmers.length }])),
});

export const workDone = ({ safe, shares, total }: Work): number =>
  Math.min(total, safe + sum([...shares.values()].map(({ held }) => held)));

/** `ms` later, with these farmers there. `balance`: newcomers join from now on; `farm`: they do nothing. */
export const stepWork = (work: Work, farmers: readonly string[], ms: number, piece: number): Work =>
  work.engine === 'balance' ? stepBalance(work, farmers, ms, piece) : stepFarm(work, farmers, ms);

const stepBalance = (work: Work, farmers: readonly string[], ms: number, piece: number): Work => {
  let { safe } = work;
  const shares = farmers.map((id): [string, Share] => {
    const share = work.shares.get(id);
    const held = share ? share.held + ms : 0;
    const handedIn = Math.floor(held / piece) * piece;
    safe += handedIn;
    return [id, { held: held - handedIn, size: 0 }];
  });
  const next = { ...work, safe: Math.min(work.total, safe), shares: new Map(shares) };
  return workDone(next) >= work.total ? { ...next, safe: work.total } : next;
};

/** What a dead farmer had is done again by those that are left; nobody left: nothing moves any more. */
const stepFarm = (work: Work, farmers: readonly string[], ms: number): Work => {
  const alive = [...work.shares].filter(([id]) => farmers.includes(id));
  if (alive.length === 0) return { ...work, shares: new Map() };
  const orphaned = sum([...work.shares].filter(([id]) => !farmers.includes(id)).map(([, s]) => s.size));
  const shares = alive.map(([id, share]): [string, Share] => {
    const size = share.size + orphaned / alive.length;
    return [id, { size, held: Math.min(size, share.held + ms) }];
  });
  return { ...work, shares: new Map(shares) };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
