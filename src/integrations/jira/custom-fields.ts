import { cut, oneLine } from '../../core/text.ts';
import type { CreateField } from './client/schema.ts';

export type FieldValue = string | number | readonly string[];
/** By the name of the field, or its id. */
export type GivenFields = Readonly<Record<string, FieldValue>>;

export interface Shaped {
  /** By field id, in Jira's own form. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** What is wrong with a field that was given, in words. */
  readonly problems: readonly { readonly field: string; readonly message: string }[];
}

interface Forms {
  /** A text that may have markup in it, as this kind of Jira takes it. */
  readonly rich: (text: string) => unknown;
  /** How this kind of Jira names a person. */
  readonly person: 'accountId' | 'name';
  /** It is not known yet what it will be. */
  readonly isOpen?: (text: string) => boolean;
}

/** What farmhand sets; its label above all, by which it finds a ticket again. */
export const ownFields = ['summary', 'description', 'labels', 'issuetype', 'project'];
/** What a text field of one line takes; Jira refuses more. */
const lineAtMost = 255;

/** Brings what the config says into the form that Jira's own description of its create screen asks for. Pure. */
export const shapedFields = (given: GivenFields, screen: readonly CreateField[], forms: Forms): Shaped => {
  const fields: Record<string, unknown> = {};
  const problems: { field: string; message: string }[] = [];
  for (const [name, value] of Object.entries(given)) {
    const field = fieldNamed(screen, name);
    if (!field) {
      const names = screen.map((one) => one.name).join(', ');
      problems.push({ field: name, message: `is no field of its create screen; there is ${names}` });
      continue;
    }
    if (ownFields.includes(field.fieldId)) {
      problems.push({ field: name, message: 'is set by farmhand itself: take it out' });
      continue;
    }
    const shaped = shape(field, value, forms);
    if ('message' in shaped) problems.push({ field: name, message: shaped.message });
    else fields[field.fieldId] = shaped.value;
  }
  return { fields, problems };
};

/** By its id, else by its name, without regard to case. */
export const fieldNamed = (screen: readonly CreateField[], name: string): CreateField | undefined =>
  screen.find(({ fieldId }) => fieldId === name) ??
  screen.find((field) => field.name.toLowerCase() === name.toLowerCase());

/** Environment is the only field of Jira's own that has markup in it, beside the description. */
const isRich = ({ fieldId, schema }: CreateField): boolean =>
  fieldId === 'environment' || schema?.custom?.endsWith(':textarea') === true;

type One = { readonly value: unknown } | { readonly message: string };

const shape = (field: CreateField, given: FieldValue, forms: Forms): One => {
  const { type = 'string', items = 'string' } = field.schema ?? {};
  if (type !== 'array') {
    if (typeof given === 'object') return { message: 'takes one value, not a list' };
    return shapeOne(field, type, String(given), forms);
  }
  const all = (typeof given === 'object' ? given : [String(given)]).map((one) =>
    shapeOne(field, items, one, forms),
  );
  const wrong = all.find((one) => 'message' in one);
  return wrong ?? { value: all.flatMap((one) => ('value' in one ? [one.value] : [])) };
};

const shapeOne = (field: CreateField, type: string, text: string, forms: Forms): One => {
  if (forms.isOpen?.(text)) return { value: text };
  if (field.allowedValues && field.allowedValues.length > 0) {
    const nameOf = ({ name, value }: { name?: string | undefined; value?: string | undefined }) =>
      name ?? value ?? '';
    const found = field.allowedValues.find(
      (one) => one.id === text || nameOf(one).toLowerCase() === text.toLowerCase(),
    );
    if (found) return { value: found.id === undefined ? { value: text } : { id: found.id } };
    return { message: `may not be ${text}; it is one of ${field.allowedValues.map(nameOf).join(', ')}` };
  }
  switch (type) {
    case 'number':
      return Number.isFinite(Number(text)) && text.trim() !== ''
        ? { value: Number(text) }
        : { message: `must be a number, and is ${text}` };
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(text)
        ? { value: text }
        : { message: `must be a date such as 2026-11-20, and is ${text}` };
    case 'user':
      return { value: { [forms.person]: text } };
    case 'string':
      return { value: isRich(field) ? forms.rich(text) : cut(oneLine(text), lineAtMost) };
    case 'option':
    case 'priority':
    case 'component':
    case 'version':
    case 'securitylevel':
      return { value: type === 'option' ? { value: text } : { name: text } };
    default:
      return { value: text };
  }
};
