/** A Slack timestamp (or a plain Unix time) as whole microseconds; undefined when it is neither. */
export const micros = (ts: string): number | undefined => {
  const match = /^(\d{1,12})(?:\.(\d{1,6})\d*)?$/.exec(ts);
  if (!match) return undefined;
  return Number(match[1]) * 1_000_000 + Number((match[2] ?? '').padEnd(6, '0'));
};
