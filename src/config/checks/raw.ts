/** Reading of a config that may have problems of its own: what is not as it should be is told elsewhere, and is nothing here. */

import { isObject } from '../../core/json.ts';

export type RawGroup = Readonly<Record<string, unknown>>;

export const groupIn = (value: unknown): RawGroup => (isObject(value) ? value : {});

export const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const textsIn = (value: unknown): readonly string[] =>
  listIn(value).filter((one) => typeof one === 'string');

/** Of a list of what is named. */
export const namesIn = (value: unknown): readonly string[] =>
  listIn(value).flatMap((one) => textIn(groupIn(one)['name']) ?? []);

/** Written in the file: a key without a value is none. */
export const isPresent = (value: unknown): boolean => value !== undefined && value !== null;
