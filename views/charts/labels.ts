import { textWidth } from './svg.ts';

/** Something to be said at a place of the time axis. The lower `rank`, the sooner it gets its room. */
export interface Label {
  readonly x: number;
  readonly text: string;
  readonly rank: number;
  readonly colour: string;
}

export interface PlacedLabel extends Label {
  /** 0 is the lowest; undefined: no room, only its line is drawn. */
  readonly lane: number | undefined;
  /** Where the text begins. */
  readonly left: number;
  readonly width: number;
}

const gap = 14;

/** Puts labels into lanes so that none overlaps another: the important ones first, each as low as it fits. */
export const placeLabels = (
  labels: readonly Label[],
  room: { readonly left: number; readonly right: number; readonly lanes: number; readonly size: number },
): readonly PlacedLabel[] => {
  const taken: (readonly [number, number])[][] = Array.from({ length: room.lanes }, () => []);
  return labels
    .toSorted((a, b) => a.rank - b.rank || a.x - b.x)
    .map((label): PlacedLabel => {
      const width = textWidth(label.text, room.size) + 8;
      const left = Math.max(room.left, Math.min(label.x - 4, room.right - width));
      const lane = taken.findIndex((spans) =>
        spans.every(([from, to]) => left + width + gap < from || left > to + gap),
      );
      taken[lane]?.push([left, left + width]);
      return { ...label, left, width, lane: lane < 0 ? undefined : lane };
    });
};
