/**
 * The next look at a rebuild that nothing urges: half to one and a half `idlePoll` from now, and always a whole number
 * of them after its start. So rebuilds that were late together (a restart, an outage) do not stay so: their looks are
 * as far apart as their starts were. ms
 */
export const idleLook = (startedAt: number, now: number, idlePoll: number): number => {
  const next = now + idlePoll - (Math.max(0, now - startedAt) % idlePoll);
  return next - now < idlePoll / 2 ? next + idlePoll : next;
};
