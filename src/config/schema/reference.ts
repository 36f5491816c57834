/** The part of a JSON Schema that the reference is written from. */
export interface SchemaNode {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: SchemaNode;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

/** One key of `farmhand.yml`, as people read about it. */
export interface KeyReference {
  readonly path: string;
  readonly type: string;
  /** `required`, `–` when it may be left out, or the value that then holds. */
  readonly fallback: string;
  readonly description: string;
}

/** Every key below `node`, groups before what is in them, in the order of the schema. */
export const keyReferences = (node: SchemaNode, above = ''): readonly KeyReference[] => {
  const found = new Map<string, KeyReference>();
  for (const [key, child] of propertiesOf(node)) {
    const path = above === '' ? key : `${above}.${key}`;
    const required = requiredBy(node, key);
    const row = {
      path,
      type: typeOf(child),
      fallback: fallbackOf(child, required),
      description: says(child),
    };
    const known = found.get(path);
    found.set(path, known ? merged(known, row) : row);
    const inner = child.items ?? child;
    for (const below of keyReferences(inner, child.items ? `${path}[]` : path)) {
      if (!found.has(below.path)) found.set(below.path, below);
    }
  }
  return [...found.values()];
};

/** Of a choice of forms: the keys of all of them. A secret is one value to the reader. */
const propertiesOf = (node: SchemaNode): readonly (readonly [string, SchemaNode])[] => {
  if (node.title === 'secret') return [];
  return [node, ...(node.anyOf ?? []), ...(node.oneOf ?? [])]
    .filter((form) => form.title !== 'secret')
    .flatMap((form) => Object.entries(form.properties ?? {}));
};

const requiredBy = (node: SchemaNode, key: string): boolean =>
  node.required?.includes(key) === true || (node.oneOf ?? []).some((form) => form.required?.includes(key));

const merged = (a: KeyReference, b: KeyReference): KeyReference =>
  a.type === b.type || a.type.includes(b.type) ? a : { ...a, type: `${a.type}, ${b.type}` };

const says = (node: SchemaNode): string => node.description ?? '';

const fallbackOf = (node: SchemaNode, required: boolean): string => {
  if (required) return 'required';
  const value = node.default;
  if (node.title === 'secret' && isReference(value)) return `\`{ env: ${value.env} }\``;
  if (value === undefined || isEmptyGroup(value)) return '–';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : `\`${value.join(', ')}\``;
  return `\`${String(value)}\``;
};

const isReference = (value: unknown): value is { env: string } =>
  typeof value === 'object' && value !== null && 'env' in value;

const isEmptyGroup = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

const typeOf = (node: SchemaNode): string => {
  if (node.title === 'secret' || node.title === 'duration') return node.title;
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.enum) return node.enum.map((value) => `\`${String(value)}\``).join(', ');
  const forms = node.anyOf ?? node.oneOf;
  if (forms) return [...new Set(forms.map(typeOf))].join(' or ');
  switch (node.type) {
    case 'array':
      return `list of ${typeOf(node.items ?? {})}`;
    case 'object':
      return typeof node.additionalProperties === 'object' ? 'names and texts' : 'group';
    case 'string':
      return 'text';
    case 'integer':
      return `whole number${boundsOf(node)}`;
    case 'number':
      return `number${boundsOf(node)}`;
    case 'boolean':
      return '`true`, `false`';
    default:
      return node.type ?? 'any';
  }
};

const boundsOf = ({ minimum, maximum }: SchemaNode): string => {
  const [least, most] = [minimum, maximum].map((bound) =>
    bound === undefined || Math.abs(bound) === Number.MAX_SAFE_INTEGER
      ? undefined
      : bound.toLocaleString('en'),
  );
  if (least !== undefined && most !== undefined) return `, ${least} to ${most}`;
  return least === undefined ? '' : `, ${least} or more`;
};
