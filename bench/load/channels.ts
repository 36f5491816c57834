/** Every load is spread over so many channels, each with a route of its own. */
export const channels = 50;

export const channelOf = (n: number): string => `C0BENCH${n}`;

/** The service whose alerts the route of that channel takes. */
export const serviceOf = (n: number): string => `s${n}`;
