import type { Config } from '../../config/schema/schema.ts';
import type { HttpRequest } from '../http-client/call.ts';

export type PagerConfig = Config['pagers'][number];

/** What is asked of a pager. */
export interface PagerCall extends Pick<HttpRequest, 'url' | 'headers' | 'json'> {
  /** Answers that mean: it knows no such alert, so there is nothing to acknowledge or to end. */
  readonly unknown?: readonly number[];
}
