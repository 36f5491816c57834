/** What the fields of a rebuild's ticket may be filled with. */
export const ticketNames = [
  'instance.name',
  'instance.tenant',
  'instance.environment',
  'instance.cluster',
  'instance.namespace',
  'rebuild.id',
  'rebuild.reason',
  'rebuild.engine',
  'rebuild.farmers',
  'rebuild.by',
  'change',
  'alert',
] as const;
export type TicketName = (typeof ticketNames)[number];

const expression = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** Expressions of a template that name nothing. */
export const unknownNames = (text: string): readonly string[] =>
  [...text.matchAll(expression)].map(([, name = '']) => name).filter((name) => !isName(name));

/** Filled; what has no value is empty. A value is never read as a template. */
export const fillNames = (text: string, values: Readonly<Partial<Record<TicketName, string>>>): string =>
  text.replace(expression, (whole, name: string) => (isName(name) ? (values[name] ?? '') : whole));

/** It has an expression in it: what it will be is known only when it is filled. */
export const isTemplate = (text: string): boolean => text.includes('{{');

const isName = (name: string): name is TicketName => ticketNames.some((one) => one === name);
