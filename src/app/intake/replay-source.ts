import type { OffsetRange, SpanPlan, WantedSpan } from '../../intake/replay/span.ts';
import type { TakeRange } from '../../integrations/kafka/replay/read-ranges.ts';

/** Where messages are read again from. */
export interface ReplaySource extends AsyncDisposable {
  plan(wanted: WantedSpan): Promise<SpanPlan>;
  /** Takes each message of each range once, in its order; answers which offsets held none, and which of them are gone. */
  read(
    ranges: readonly OffsetRange[],
    take: TakeRange,
    signal: AbortSignal,
  ): Promise<{ readonly empty: number; readonly removed: readonly OffsetRange[] }>;
}
