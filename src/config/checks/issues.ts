import { z } from 'zod';

/** A problem at a place in the data, before it is known where that stands in a file. */
export interface ConfigFinding {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

/** zod's issues as findings in farmhand's words. No finding shows a value: a secret may have been put there. */
export const findings = (issues: readonly Issue[], above: readonly PropertyKey[] = []): ConfigFinding[] =>
  issues.flatMap((issue): ConfigFinding[] => {
    const path = [...above, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      const messages = issue.message.split('\n');
      return issue.keys.map((key, i) => ({ path: [...path, key], message: messages[i] ?? '' }));
    }
    // A key of a record that is not one: what is wrong with it stands one level deeper.
    if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => ({ path, message }));
    if (issue.code === 'invalid_union') {
      const branch = meantBranch(issue.errors);
      if (branch) return findings(branch, path);
    }
    return [{ path, message: issue.message }];
  });

/** The branch of a union that was evidently meant: the one that got furthest into the value, if any did. */
const meantBranch = (branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined => {
  const meant = branches.filter((issues) =>
    issues.every(
      (issue) => issue.path.length > 0 || issue.code === 'custom' || issue.code === 'invalid_format',
    ),
  );
  return meant[0];
};

/** farmhand's words for what zod says in its own; schemas that have their own message keep it. */
export const wording: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === null) return 'is empty; fill it in or remove it';
      return issue.input === undefined
        ? `is required${described(issue.inst)}`
        : `must be ${articled(issue.expected)}`;
    case 'invalid_value':
      return `must be ${issue.values
        .map(String)
        .join(', ')
        .replace(/, ([^,]*)$/, ' or $1')}`;
    case 'too_small':
      return issue.origin === 'array' || issue.origin === 'string'
        ? 'may not be empty'
        : `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'invalid_union':
      return issue.input === undefined ? 'is required' : 'has none of the forms it may have';
    default:
      return undefined;
  }
};

const described = (schema: unknown): string => {
  const about = schema instanceof z.ZodType ? z.globalRegistry.get(schema)?.description : undefined;
  return about === undefined ? '' : `: ${about}`;
};

const articled = (type: string): string => {
  switch (type) {
    case 'int':
      return 'a whole number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'object':
      return 'a group of keys';
    case 'record':
      return 'a group of keys';
    case 'string':
      return 'a text; put it in quotes if it looks like something else';
    default:
      return `a ${type}`;
  }
};
