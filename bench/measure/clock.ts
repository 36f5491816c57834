/** Wall clock in ms with fractions: the same for every process of the machine, to well below a millisecond. */
export const wallClock = (): number => performance.timeOrigin + performance.now();
