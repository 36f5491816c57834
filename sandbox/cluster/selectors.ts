/** Whether labels meet a label selector: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`, `a`, `!a`; all of them. */
export const matchesLabels = (selector: string, labels: Readonly<Record<string, string>>): boolean =>
  selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .every((part) => matchesOne(part, labels));

const matchesOne = (part: string, labels: Readonly<Record<string, string>>): boolean => {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(part);
  if (set) {
    const [, key = '', verb, values = ''] = set;
    const found = values
      .split(',')
      .map((value) => value.trim())
      .includes(labels[key] ?? '\0');
    return verb === 'in' ? found : !found;
  }
  const equal = /^([^!=\s]+)\s*(==|=|!=)\s*(.*)$/.exec(part);
  if (equal) return (labels[equal[1] ?? ''] === equal[3]) === (equal[2] !== '!=');
  return part.startsWith('!') ? !(part.slice(1) in labels) : part in labels;
};

/** Whether fields, by their paths, meet a field selector: `a=b`, `a!=b`; all of them. */
export const matchesFields = (selector: string, fields: Readonly<Record<string, string>>): boolean =>
  selector
    .split(',')
    .filter((part) => part !== '')
    .every((part) => {
      const [, key = '', sign, value = ''] = /^([^!=]+)(!=|==|=)(.*)$/.exec(part) ?? [];
      return ((fields[key] ?? '') === value) === (sign !== '!=');
    });
