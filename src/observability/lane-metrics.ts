import type { LaneStatus } from '../alerts/ports/queries.ts';
import { maxValuesOfLabel } from './metric-table.ts';
import type { Metrics } from './metrics.ts';

/**
 * Sets the three lane gauges from one look at all lanes. Channels that are gone from the list lose their series;
 * where there are too many, the fullest keep theirs and the rest are one, `other`.
 */
export const setLaneMetrics = (
  metrics: Pick<Metrics, 'laneWaiting' | 'laneDirty' | 'laneOldestSeconds'>,
  lanes: readonly LaneStatus[],
): void => {
  metrics.laneWaiting.reset();
  metrics.laneDirty.reset();
  metrics.laneOldestSeconds.reset();
  for (const lane of bounded(lanes)) {
    metrics.laneWaiting.set({ channel: lane.channel }, lane.waiting);
    metrics.laneDirty.set({ channel: lane.channel }, lane.dirty);
    metrics.laneOldestSeconds.set({ channel: lane.channel }, lane.oldestMs / 1000);
  }
};

/** One less than the label's limit: `other` is a value too. */
const maxLanes = maxValuesOfLabel - 1;

const bounded = (lanes: readonly LaneStatus[]): readonly LaneStatus[] => {
  if (lanes.length <= maxLanes) return lanes;
  const fullestFirst = lanes.toSorted((a, b) => b.waiting + b.dirty - (a.waiting + a.dirty));
  const rest = fullestFirst.slice(maxLanes);
  return [
    ...fullestFirst.slice(0, maxLanes),
    {
      channel: 'other',
      waiting: rest.reduce((sum, lane) => sum + lane.waiting, 0),
      dirty: rest.reduce((sum, lane) => sum + lane.dirty, 0),
      oldestMs: Math.max(...rest.map((lane) => lane.oldestMs)),
    },
  ];
};
