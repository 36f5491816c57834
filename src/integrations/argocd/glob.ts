/** Whether `text` is what a glob means: `*`, `?`, `[a-z]` and `{a,b}`, as Argo CD's rules and windows have them. */
export const matchesGlob = (glob: string, text: string): boolean => {
  try {
    return new RegExp(`^${patternOf(glob)}$`, 's').test(text);
  } catch {
    // A glob that is none names nothing but itself.
    return glob === text;
  }
};

const patternOf = (glob: string): string => {
  let depth = 0;
  return glob.replace(/\\.|\*+|\[[^\]]*\]|[.+^$()|\\?{},[\]]/gs, (token) => {
    if (token.startsWith('*')) return '.*';
    if (token === '?') return '.';
    if (token === '{') {
      depth++;
      return '(?:';
    }
    if (token === '}' && depth > 0) {
      depth--;
      return ')';
    }
    if (token === ',') return depth > 0 ? '|' : ',';
    if (token.length > 2 && token.startsWith('[')) return token.replace('[!', '[^').replaceAll('\\', '\\\\');
    return token.startsWith('\\') && token.length > 1 ? token : `\\${token}`;
  });
};
