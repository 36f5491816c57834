const quote = 0x22;
const backslash = 0x5c;

/**
 * True when `json` opens more than `limit` brackets within each other. Looks at the text, before anything is
 * built from it, and without recursion; text that is not JSON gets some answer, never an error.
 */
export const isDeeperThan = (json: string, limit: number): boolean => {
  let depth = 0;
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i);
    if (code === quote) {
      i = endOfString(json, i + 1);
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > limit) return true;
    } else if (code === 0x7d || code === 0x5d) {
      depth--;
    }
  }
  return false;
};

/** Index of the quote that closes the string whose first character is at `from`. */
const endOfString = (json: string, from: number): number => {
  for (let end = json.indexOf('"', from); end !== -1; end = json.indexOf('"', end + 1)) {
    let before = end - 1;
    while (before >= from && json.charCodeAt(before) === backslash) before--;
    if ((end - before) % 2 === 1) return end;
  }
  return json.length;
};
