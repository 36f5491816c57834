import type { TicketMove } from '../../core/tickets/ticket-move.ts';
import type { TicketSeen } from '../../rebuild/model/parts/ticket-life.ts';
import type { TicketResult } from '../../rebuild/ports/ports.ts';
import type { JiraApi } from './client/jira-api.ts';
import { JiraFault } from './client/jira-fault.ts';
import type { JiraChange, JiraTransition } from './client/schema.ts';

/**
 * The ticket as it is now, compared with how it was seen last. Who changed it is asked only when something differs: the
 * history of a ticket is long, and most looks find nothing.
 */
export const lookAtTicket = async (
  api: JiraApi,
  key: string,
  before: TicketSeen | undefined,
): Promise<TicketResult> => {
  const now = await api.look(key).catch(async (error: unknown) => {
    if (error instanceof JiraFault && error.kind === 'missing' && (await mayBrowse(api, key)))
      return undefined;
    throw error;
  });
  if (!now) return { ok: true, id: key, gone: true };
  const { status, watched } = now;
  // The first look cannot tell what was changed before it, but that a ticket just raised is closed.
  const moved = before ? before.status !== status.name : status.done;
  const edited = before
    ? Object.keys(watched).filter((field) => before.watched[field] !== watched[field])
    : [];
  const seen = { status: status.name, done: status.done, watched };
  if (!moved && edited.length === 0) {
    const same = before?.movedBy === undefined ? {} : { movedBy: before.movedBy };
    return { ok: true, id: key, seen: { ...seen, ...same, edits: [] } };
  }
  const changes = await api.lastChanges(key).catch((error: unknown): readonly JiraChange[] => {
    if (error instanceof JiraFault && !error.retryable) return [];
    throw error;
  });
  const whoOf = (field: string): string | undefined => {
    const last = changes.find((change) => change.field.toLowerCase() === field.toLowerCase());
    return last?.own ? undefined : (last?.by ?? somebody);
  };
  const movedBy = moved ? whoOf('status') : before?.movedBy;
  return {
    ok: true,
    id: key,
    seen: { ...seen, ...(movedBy !== undefined && { movedBy }), edits: byPerson(edited, whoOf) },
  };
};

/** What is done beside writing what the record says: a fault is an answer. */
export const aside = async (how: () => Promise<TicketResult>): Promise<TicketResult> => {
  try {
    return await how();
  } catch (error) {
    if (!(error instanceof JiraFault)) throw error;
    const { retryable, ambiguous, says, retryAfterMs } = error;
    const kind = ambiguous ? 'unknown' : retryable ? 'retry' : 'refused';
    return { ok: false, kind, error: `Jira: ${says}`, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
};

const somebody = 'Somebody';

/** A ticket that is not shown is deleted only for an account that may see those beside it. */
export const mayBrowse = async (api: JiraApi, key: string): Promise<boolean> => {
  const project = key.replace(/-\d+$/, '');
  return (await api.missingPermissions(project, ['BROWSE_PROJECTS'])).length === 0;
};

const byPerson = (
  fields: readonly string[],
  whoOf: (field: string) => string | undefined,
): TicketSeen['edits'] => {
  const all = new Map<string, string[]>();
  for (const field of fields) {
    const by = whoOf(field);
    if (by !== undefined) all.set(by, [...(all.get(by) ?? []), field]);
  }
  return [...all].map(([by, changed]) => ({ by, fields: changed }));
};

/** Where the config says it, for what is said of a move that cannot be made. */
const inTransitions = 'fields of jira.transitions';

/**
 * Moves a ticket to a status, or through a transition of that name, by what its workflow offers at this moment. A ticket
 * that is there already is left alone, so a move whose answer was lost may be made again.
 */
export const moveTicket = async (api: JiraApi, key: string, move: TicketMove): Promise<TicketResult> => {
  const { status, watched } = await api.look(key);
  const there = (name: string, done: boolean): TicketResult => ({
    ok: true,
    id: key,
    seen: { status: name, done, watched, edits: [] },
  });
  if (isSame(status.name, move.to)) return there(status.name, status.done);
  const way = await wayTo(api, key, status.name, move, inTransitions);
  if ('error' in way) return refused(way.error);
  await api.transition(key, way.id, way.values);
  return there(way.to.name, way.to.done);
};

/** The transition that makes a move, and what its screen is given; or why there is none. */
type TicketWay =
  | {
      readonly id: string;
      readonly values: Readonly<Record<string, unknown>>;
      readonly to: { readonly name: string; readonly done: boolean };
    }
  | { readonly error: string };

/** `fieldsKey`: where the config says what the screen of a transition asks for. Changes nothing. */
export const wayTo = async (
  api: JiraApi,
  key: string,
  from: string,
  { to, fields }: TicketMove,
  fieldsKey: string,
): Promise<TicketWay> => {
  const all = await api.transitions(key);
  const way = all.find((one) => isSame(one.to.name, to)) ?? all.find((one) => isSame(one.name, to));
  if (!way) return { error: noWay(from, to, all) };
  const given = Object.entries(fields).map(([name, value]) => ({ name, value, id: fieldOf(way, name) }));
  const strange = given.filter(({ id }) => id === undefined).map(({ name }) => name);
  if (strange.length > 0) {
    return { error: `the transition “${way.name}” has no field ${strange.join(', ')} on its screen` };
  }
  const missing = Object.entries(way.fields).filter(
    ([id, field]) => field.required && !field.hasDefaultValue && !given.some((one) => one.id === id),
  );
  if (missing.length > 0) {
    const names = missing.map(([id, field]) => field.name ?? id).join(', ');
    return { error: `the transition “${way.name}” asks for ${names}; say it as ${fieldsKey}` };
  }
  const values = given.map(({ id = '', value }) => [id, choiceOf(way.fields[id], value)] as const);
  const done = way.to.statusCategory.key === 'done';
  return { id: way.id, values: Object.fromEntries(values), to: { name: way.to.name, done } };
};

const refused = (error: string): TicketResult => ({ ok: false, kind: 'refused', error });

/** Names in Jira are the same in capitals. */
export const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const noWay = (from: string, to: string, all: readonly JiraTransition[]): string => {
  // Either name may be given: that of the status or, where it has another, that of the transition.
  const ways = all.map(({ name, to: { name: status } }) =>
    isSame(name, status) ? status : `${status} (by “${name}”)`,
  );
  return `its workflow has no way from ${from} to ${to}; there is ${ways.length === 0 ? 'none for farmhand' : [...new Set(ways)].join(', ')}`;
};

const fieldOf = ({ fields }: JiraTransition, name: string): string | undefined =>
  Object.entries(fields).find(([id, field]) => isSame(id, name) || isSame(field.name ?? '', name))?.[0];

/** Choices are named, plain text is not. */
const choiceOf = (field: JiraTransition['fields'][string] | undefined, value: string): unknown => {
  const choice = field?.allowedValues?.find((one) => isSame(one.name ?? one.value ?? '', value));
  if (choice) return { id: choice.id };
  return field?.schema?.type === 'resolution' || field?.schema?.type === 'priority' ? { name: value } : value;
};
