/** A status to move to, or a transition by its name; and what its screen asks for, by the field's id or name. */
export interface TicketMove {
  readonly to: string;
  readonly fields: Readonly<Record<string, string>>;
}
