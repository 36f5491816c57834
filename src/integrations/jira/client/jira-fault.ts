import { FarmhandError } from '../../../core/errors.ts';

export type JiraFaultKind =
  /** No connection: surely not done. */
  | 'not_sent'
  /** Sent and not answered: it may be done. */
  | 'lost'
  /** 5xx, or an answer that is no Jira answer: it may be done. */
  | 'broken'
  /** 429: surely not done. */
  | 'limited'
  /** 401 */
  | 'unauthorised'
  /** 403 */
  | 'forbidden'
  /** 404 and 410 */
  | 'missing'
  /** 3xx */
  | 'moved'
  /** Every other 4xx: Jira understood and said no. */
  | 'refused';

/** A call to Jira that did not give what was asked for. `says` are Jira's own words, all of them, as plain text. */
export class JiraFault extends FarmhandError {
  override readonly name = 'JiraFault';
  readonly kind: JiraFaultKind;
  readonly says: string;
  readonly retryAfterMs: number | undefined;

  constructor(kind: JiraFaultKind, says: string, retryAfterMs?: number) {
    const retryable = kind === 'not_sent' || kind === 'lost' || kind === 'broken' || kind === 'limited';
    super(`jira_${kind}`, says, { retryable });
    this.kind = kind;
    this.says = says;
    this.retryAfterMs = retryAfterMs;
  }

  /** True when the call may have been carried out all the same. */
  get ambiguous(): boolean {
    return this.kind === 'lost' || this.kind === 'broken';
  }
}
