/** How the canary is known: by its route, in its topic, in Slack. */
export const canary = {
  title: 'FarmhandWatchdog',
  source: 'farmhand-watchdog',
  key: 'canary',
} as const;

/** The event of a beat, as anybody's: farmhand's own envelope, one series, another text each time. */
export const canaryEvent = (at: number): Record<string, unknown> => ({
  farmhand: 1,
  id: `beat-${at}`,
  source: canary.source,
  time: new Date(at).toISOString(),
  type: 'adhoc',
  data: {
    title: canary.title,
    text: `Through Kafka, farmhand and Slack, and back: beat ${at}`,
    severity: 'info',
    key: canary.key,
  },
});

/** When the newest beat was sent that a message shows; undefined where it shows none. ms */
export const beatIn = (text: string): number | undefined => {
  const beats = [...text.matchAll(/\bbeat (\d{13})\b/g)].map(([, at]) => Number(at));
  return beats.length === 0 ? undefined : Math.max(...beats);
};

/** What is known of the way there and back. */
export interface Trip {
  /** When this process began to look: before the first beat is seen, age is counted from here. ms */
  readonly since: number;
  /** When the newest beat was sent that came back; ms. */
  readonly beat?: number;
}

/** A beat that was seen never makes what is known older; one from the future (another clock) counts as of now. */
export const seen = (trip: Trip, beat: number | undefined, now: number): Trip =>
  beat === undefined || (trip.beat !== undefined && beat <= trip.beat)
    ? trip
    : { ...trip, beat: Math.min(beat, now) };

export const ageOf = ({ since, beat = since }: Trip, now: number): number => Math.max(0, now - beat);

/** Outside is told only what was seen: before the first beat has come back it is told nothing. */
export const mayPing = (trip: Trip, late: number, now: number): boolean =>
  trip.beat !== undefined && ageOf(trip, now) <= late;
