/** How far it is. */
/** Of the step it belongs to: history, rebuild, write. */
export interface Progress {
  readonly of: 'history' | 'rebuild' | 'write';
  /** 0 to 100. */
  readonly percent: number;
  readonly done?: number;
  readonly total?: number;
  /** Farmers that the engine counts in. */
  readonly farmers?: number;
  /** When the percentage last grew. */
  readonly movedAt: number;
  /** Percent an hour over the last while; absent until known. */
  readonly perHour?: number;
  /** When it will be done, at this rate. */
  readonly eta?: number;
  /** Of the rebuild: at most 240, evenly thinned out. */
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly at: number;
  readonly percent: number;
  /** Farmers ready then. */
  readonly ready: number;
}

export interface Frontend {
  readonly name: string;
  readonly state: 'waiting' | 'taking' | 'restarting' | 'ready' | 'failed' | 'skipped';
  readonly since?: number;
  /** When it was first seen to have the new caches. */
  readonly readyAt?: number;
  readonly says?: string;
}

export interface Offer {
  readonly farmers: number;
  readonly eta: number;
  /** The ETA with the present number. */
  readonly instead: number;
  readonly target: number;
  readonly at: number;
}
