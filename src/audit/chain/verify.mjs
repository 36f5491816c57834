// @ts-check
/**
 * Verifies an audit chain of farmhand. One file, Node.js 18 or newer, nothing to install:
 *
 *   node verify.mjs audit.ndjson [checkpoints.ndjson]
 *
 * `audit.ndjson`: a record a line. `checkpoints.ndjson`: lines with `seq` and `hash`, kept somewhere else: a
 * second copy of the chain will do, and so will text of tickets (`record 812, SHA-256 …`). Without them a cut end, or a chain that was written again as a whole, cannot
 * be told from a true one. Ends with 0 when all is well, 1 when it is not, 2 when the files cannot be read.
 *
 * What is checked: a record is JSON in the canonical form of RFC 8785; `hash` is the SHA-256 (hex) of that text without
 * the field `hash`; `prev_hash` is the hash of the record before (64 zeros for the first); `seq` counts up by one.
 */
import * as crypto from 'node:crypto';
import { createReadStream, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ readonly seq: number, readonly hash: string }} Checkpoint
 * @typedef {'unreadable' | 'form' | 'edited' | 'link' | 'missing' | 'order' | 'begins' | 'cut' | 'rewritten'} ProblemCode
 * @typedef {{ readonly line: number, readonly seq: number, readonly code: ProblemCode, readonly says: string }} Problem
 * @typedef {{ readonly records: number, readonly first: number, readonly head: Checkpoint, readonly compared: number,
 *   readonly withheld?: number, readonly problems: readonly Problem[] }} Verified
 */

/** What the first record of all follows on. */
export const noHash = '0'.repeat(64);

/**
 * RFC 8785: keys in the order of their UTF-16 code units, no white space, numbers and strings as ECMAScript writes them.
 * @param {unknown} value what JSON can carry; fields that are undefined are left out
 * @returns {string}
 */
export const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = [];
    for (const key of Object.keys(value).sort()) {
      const field = /** @type {Record<string, unknown>} */ (value)[key];
      if (field !== undefined) fields.push(`${text(key)}:${canonical(field)}`);
    }
    return `{${fields.join(',')}}`;
  }
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${value} is no JSON number`);
  const written = JSON.stringify(value);
  if (written === undefined) throw new Error(`a ${typeof value} is no JSON value`);
  return written;
};

/** @param {string} value */
const text = (value) => {
  const whole = /** @type {{ isWellFormed?: () => boolean }} */ (/** @type {unknown} */ (value));
  if (whole.isWellFormed?.call(value) === false) throw new Error('a string is no well-formed Unicode');
  return JSON.stringify(value);
};

/**
 * @param {Readonly<Record<string, unknown>>} record with `prev_hash`, and without `hash`
 * @returns {string} SHA-256, hex
 */
export const hashOf = (record) => sha256(canonical(record));

/** @param {string} written @returns {string} hex */
const sha256 = (written) =>
  // In one go where Node can (20.12 and newer): a third of the time.
  crypto.hash === undefined
    ? crypto.createHash('sha256').update(written).digest('hex')
    : crypto.hash('sha256', written, 'hex');

/** The line that is scanned, and how far. They are no parameters: a chain has a hundred thousand lines. */
let source = '';
let at = 0;
let plain = false;
/** What stands at the top of the line: where `hash` begins and ends, its value, and the other two. */
const top = { from: 0, to: 0, seq: 0, hash: '', previous: '' };

/**
 * Whether the line is a record in canonical form, told by looking at each character once, without making objects of it and
 * writing them again. `true` is certain. `false` is not: whatever is rare is left to the long way, which parses.
 * @param {string} line @returns {boolean}
 */
const isPlainRecord = (line) => {
  source = line;
  plain = !unusual.test(line);
  at = 0;
  top.to = top.seq = 0;
  top.hash = top.previous = '';
  return passObject(0) && at === line.length && top.to > 0 && top.seq > 0 && top.previous !== '';
};

/** @param {number} depth @returns {boolean} */
const passObject = (depth) => {
  if (source.charCodeAt(at++) !== 123 || depth > 50) return false;
  if (source.charCodeAt(at) === 125) return ++at > 0;
  for (let before; ; ) {
    const from = at;
    if (source.charCodeAt(at++) !== 34 || !passString()) return false;
    const key = source.slice(from + 1, at - 1);
    // In their order, each once. As they are written only where nothing in them is escaped.
    if ((before !== undefined && !(before < key)) || key.includes('\\')) return false;
    before = key;
    if (source.charCodeAt(at++) !== 58) return false;
    const value = at;
    if (!passValue(depth + 1) || (depth === 0 && !noteTop(key, from, value))) return false;
    const next = source.charCodeAt(at++);
    if (next === 125) return true;
    if (next !== 44) return false;
  }
};

/** @param {string} key @param {number} from where the key begins @param {number} value where its value does @returns {boolean} */
const noteTop = (key, from, value) => {
  if (key === 'seq') top.seq = Number(source.slice(value, at));
  else if (key === 'hash' || key === 'prev_hash') {
    if (source.charCodeAt(value) !== 34) return false;
    const text = source.slice(value + 1, at - 1);
    if (text.includes('\\')) return false;
    if (key === 'prev_hash') top.previous = text;
    else {
      top.hash = text;
      top.from = from;
      // With the comma: something always follows.
      top.to = at + 1;
    }
  }
  // They say something about the chain, not about themselves alone.
  return key !== 'cut' && key !== 'withheld';
};

/** @param {number} depth @returns {boolean} */
const passValue = (depth) => {
  switch (source.charCodeAt(at)) {
    case 34:
      at += 1;
      return passString();
    case 123:
      return passObject(depth);
    case 91:
      return passArray(depth);
    case 116:
      return passWord('true');
    case 102:
      return passWord('false');
    case 110:
      return passWord('null');
    default:
      return passInteger();
  }
};

/** @param {string} word @returns {boolean} */
const passWord = (word) => {
  const from = at;
  at += word.length;
  return source.startsWith(word, from);
};

/** @param {number} depth @returns {boolean} */
const passArray = (depth) => {
  if (depth > 50) return false;
  at += 1;
  if (source.charCodeAt(at) === 93) return ++at > 0;
  for (;;) {
    if (!passValue(depth + 1)) return false;
    const next = source.charCodeAt(at++);
    if (next === 93) return true;
    if (next !== 44) return false;
  }
};

/** Whole numbers of at most 15 digits are written in one way only. @returns {boolean} */
const passInteger = () => {
  if (source.charCodeAt(at) === 48) return ++at > 0;
  if (source.charCodeAt(at) === 45) at += 1;
  const from = at;
  let c = source.charCodeAt(at);
  if (c === 48) return false;
  while (c >= 48 && c <= 57) c = source.charCodeAt(++at);
  return at > from && at - from <= 15;
};

/** What is not written as it is. Of halves of a character nobody knows whether they fit: they are left to the long way. */
const unusual = /[^ -[\]-\ud7ff\ue000-\uffff]/;

/** Behind the opening quote. @returns {boolean} */
const passString = () => {
  if (plain) {
    // Without anything to escape in the whole line the next quote is the end.
    at = source.indexOf('"', at) + 1;
    return at > 0;
  }
  const line = source;
  let from = at;
  for (;;) {
    const c = line.charCodeAt(from++);
    if (c === 34) {
      at = from;
      return true;
    }
    if (c === 92) {
      // What must be escaped, in the one way in which it is; \u is left to the long way.
      if (!'"\\bfnrt'.includes(line.charAt(from) || 'u')) return false;
      from += 1;
    } else if (!(c >= 32) || (c >= 0xd800 && c <= 0xdfff)) return false;
  }
};

/** @param {Readonly<Record<string, unknown>>} record */
const contentOf = ({ hash: _, ...content }) => content;

/**
 * Takes a chain line by line, and says at its end what is wrong with it.
 * @param {readonly Checkpoint[]} checkpoints
 * @param {{ readonly mayWithhold?: boolean }} [options] `mayWithhold`: of a pack that leaves records about other things
 *   out, with a line in their place (`withheld`: how many, `prev_hash`: of the first, `seq` and `hash`: of the last). The
 *   chain itself has no such line.
 */
export const chainVerifier = (checkpoints, { mayWithhold = false } = {}) => {
  /** Of one number all that is known: of two that differ one is not true. @type {Map<number, Set<string>>} */
  const known = new Map();
  for (const { seq, hash } of checkpoints) known.set(seq, (known.get(seq) ?? new Set()).add(hash));
  /** @type {Problem[]} */
  const problems = [];
  /** Up to which number the front was cut off in the open, with the hash of that record. @type {Map<number, string>} */
  const cuts = new Map();
  let line = 0;
  let records = 0;
  let compared = 0;
  let withheld = 0;
  let first = 0;
  let firstPrevious = noHash;
  let highest = 0;
  /** @type {Checkpoint} */
  let before = { seq: 0, hash: noHash };
  /** @param {ProblemCode} code @param {number} seq @param {string} says */
  const tell = (code, seq, says) => {
    problems.push({ line, seq, code, says });
  };

  /** @param {{ readonly seq: number, readonly hash: string, readonly prev_hash: string }} record */
  const follows = ({ seq, hash, prev_hash }) => {
    const expected = before.seq + 1;
    if (records === 0) {
      first = seq;
      firstPrevious = prev_hash;
    } else if (seq <= before.seq) {
      tell('order', seq, `record ${seq} stands behind record ${before.seq}`);
    } else if (seq > expected) {
      const which = seq === expected + 1 ? `record ${expected} is` : `records ${expected} to ${seq - 1} are`;
      tell('missing', expected, `${which} missing`);
    } else if (prev_hash !== before.hash) {
      tell('link', seq, `record ${seq} does not follow on the record ${before.seq} that stands before it`);
    }
    before = { seq, hash };
    highest = Math.max(highest, seq);
    records += 1;
  };

  /** @param {number} seq @param {string} hash */
  const compare = (seq, hash) => {
    const checkpoint = known.get(seq);
    if (checkpoint === undefined) return;
    compared += 1;
    if (checkpoint.size > 1 || !checkpoint.has(hash)) {
      tell(
        'rewritten',
        seq,
        `record ${seq} is another one than the checkpoint says: the chain was written again`,
      );
    }
  };

  return {
    /** @param {string} textOfLine */
    take(textOfLine) {
      line += 1;
      if (isPlainRecord(textOfLine)) {
        const { from, to, seq, hash, previous } = top;
        if (sha256(textOfLine.slice(0, from) + textOfLine.slice(to)) !== hash)
          tell('edited', seq, edited(seq));
        compare(seq, hash);
        follows({ seq, hash, prev_hash: previous });
        return;
      }
      const expected = before.seq + 1;
      /** @type {unknown} */
      let parsed;
      try {
        parsed = JSON.parse(textOfLine);
      } catch {
        tell('unreadable', expected, `line ${line} is no JSON: it was cut off, or written over`);
        return;
      }
      const record = asRecord(parsed);
      if (!record) {
        tell('form', expected, `line ${line} is no record of a chain: seq, prev_hash or hash is missing`);
        return;
      }
      const { seq, hash } = record;
      const left = record['withheld'];
      if (mayWithhold && typeof left === 'number' && left >= 1 && left <= seq) {
        follows({ seq: seq - left + 1, hash, prev_hash: record.prev_hash });
        compare(seq, hash);
        before = { seq, hash };
        highest = Math.max(highest, seq);
        records -= 1;
        withheld += left;
        return;
      }
      let written = '';
      let own = '';
      try {
        written = canonical(record);
        own = hashOf(contentOf(record));
      } catch (error) {
        tell('form', seq, `record ${seq}: ${error instanceof Error ? error.message : error}`);
      }
      if (own !== '' && own !== hash) {
        tell('edited', seq, edited(seq));
      } else if (own !== '' && written !== textOfLine) {
        tell('form', seq, `record ${seq} is not in the canonical form, so it was written by somebody else`);
      }
      compare(seq, hash);
      const cut = record['cut'];
      if (isObject(cut) && typeof cut['seq'] === 'number' && typeof cut['hash'] === 'string') {
        cuts.set(cut['seq'], cut['hash']);
      }
      follows(record);
    },

    /** @returns {Verified} */
    end() {
      line = 0;
      if (
        records > 0 &&
        first !== 1 &&
        cuts.get(first - 1) !== firstPrevious &&
        !known.get(first - 1)?.has(firstPrevious)
      ) {
        tell(
          'begins',
          first,
          `it begins with record ${first}, and neither a record nor a checkpoint says what was before`,
        );
      } else if (records > 0 && first === 1 && firstPrevious !== noHash) {
        tell('link', 1, 'record 1 follows on something, and nothing can be before it');
      }
      const last = Math.max(0, ...known.keys());
      if (last > highest) {
        tell(
          'cut',
          highest + 1,
          `it ends with record ${highest}, and a checkpoint knows record ${last}: the end is cut off`,
        );
      }
      return { records, first, head: before, compared, ...(withheld > 0 && { withheld }), problems };
    },
  };
};

/** @param {number} seq */
const edited = (seq) => `record ${seq} is not what it was: its content does not give its hash`;

/**
 * @param {unknown} value
 * @returns {value is Readonly<Record<string, unknown>>}
 */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param {unknown} value */
const asRecord = (value) => {
  if (!isObject(value)) return undefined;
  const { seq, hash, prev_hash } = value;
  const whole = Number.isSafeInteger(seq) && typeof hash === 'string' && typeof prev_hash === 'string';
  return whole
    ? /** @type {Readonly<Record<string, unknown>> & { seq: number, hash: string, prev_hash: string }} */ (
        value
      )
    : undefined;
};

/**
 * @param {Iterable<string>} lines
 * @param {readonly Checkpoint[]} [checkpoints]
 * @returns {Verified}
 */
export const verifyLines = (lines, checkpoints = []) => {
  const verifier = chainVerifier(checkpoints);
  for (const one of lines) verifier.take(one);
  return verifier.end();
};

/**
 * Splits at line feeds alone: Node's readline would also split at U+2028, which may stand in a record.
 * @param {string} path @returns {AsyncIterable<string>}
 */
export async function* linesOfFile(path) {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 18 })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** A line that is no checkpoint: whoever gave it must look at it. */
export class NoCheckpoint extends Error {
  /** @param {number} line */
  constructor(line) {
    super(
      `line ${line} is no checkpoint: it must be JSON with seq and hash, or text of a ticket with “record …, SHA-256 …”`,
    );
  }
}

/**
 * @param {AsyncIterable<string> | Iterable<string>} lines
 * @returns {Promise<Checkpoint[]>}
 * @throws {NoCheckpoint}
 */
export const checkpointsIn = async (lines) => {
  /** @type {Checkpoint[]} */
  const found = [];
  let line = 0;
  let foreign = 0;
  /** @type {NoCheckpoint | undefined} */
  let broken;
  let prose = false;
  for await (const one of lines) {
    line += 1;
    const json = one.trimStart().startsWith('{');
    prose ||= !json && one.trim() !== '';
    /** @type {Checkpoint[]} */
    let told = [];
    try {
      told = json ? [checkpointOf(one, line)] : checkpointsOfText(one);
    } catch (error) {
      if (!(error instanceof NoCheckpoint)) throw error;
      broken ??= error;
      told = checkpointsOfText(one);
    }
    found.push(...told);
    if (foreign === 0 && one.trim() !== '' && told.length === 0) foreign = line;
  }
  // In the text of a ticket a line may begin with a brace as well; among checkpoints each must be one.
  if (broken && !prose) throw broken;
  // A ticket says other things as well; what says nothing of the kind is something else.
  if (found.length === 0 && foreign > 0) throw new NoCheckpoint(foreign);
  return found;
};

/** As tickets say it: `record 812, SHA-256 …`. @param {string} text @returns {Checkpoint[]} */
const checkpointsOfText = (text) =>
  [...text.matchAll(/\brecord (\d{1,15}), SHA-256 ([0-9a-f]{64})\b/gi)].map(([, seq, hash = '']) => ({
    seq: Number(seq),
    hash: hash.toLowerCase(),
  }));

/** @param {string} one @param {number} line @returns {Checkpoint} */
const checkpointOf = (one, line) => {
  /** @type {unknown} */
  let parsed;
  try {
    parsed = JSON.parse(one);
  } catch {
    throw new NoCheckpoint(line);
  }
  if (!isObject(parsed)) throw new NoCheckpoint(line);
  const { seq, hash } = parsed;
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || typeof hash !== 'string')
    throw new NoCheckpoint(line);
  return { seq, hash };
};

/**
 * @param {AsyncIterable<string>} lines
 * @param {readonly Checkpoint[]} checkpoints
 * @param {{ readonly mayWithhold?: boolean }} [options] as of `chainVerifier`
 * @returns {Promise<Verified>}
 */
export const verifyEach = async (lines, checkpoints, options = {}) => {
  const verifier = chainVerifier(checkpoints, options);
  for await (const one of lines) verifier.take(one);
  return verifier.end();
};

/** @param {string} file @param {string | undefined} against @returns {Promise<Verified>} */
export const verifyFile = async (file, against) => {
  const known = against === undefined ? [] : await checkpointsIn(linesOfFile(against));
  return verifyEach(linesOfFile(file), known, { mayWithhold: true });
};

/** What a person reads. @param {Verified} verified @returns {string} */
export const verifiedWords = ({ records, first, head, compared, withheld, problems }) => {
  if (records === 0 && problems.length === 0) return 'There is no record.';
  const what = `${records} ${records === 1 ? 'record' : 'records'}, ${first} to ${head.seq}; the head is ${head.hash}.`;
  const against =
    compared > 0
      ? `${compared} compared with a checkpoint.`
      : 'Compared with no checkpoint: a cut end, or a chain written again as a whole, would not be seen.';
  const missing =
    withheld === undefined
      ? ''
      : `\n${withheld} more about other things are left out. Of those, only how many and the hashes at both ends are here: compare the checkpoints with the whole chain to be sure of what stands before them.`;
  if (problems.length === 0) return `Whole: ${what}\n${against}${missing}`;
  if (records === 0 && problems.every(({ code }) => code === 'unreadable')) {
    const lines = problems.length === 1 ? 'its only line cannot' : `none of its ${problems.length} lines can`;
    return `NOT an audit chain: ${lines} be read as a record (${problems[0]?.says}). Name an audit.ndjson; if this is one, it was written over as a whole.`;
  }
  const shown = problems
    .slice(0, 50)
    .map(
      ({ says, line }) =>
        `  ${says}${line > 0 && !says.startsWith(`line ${line} `) ? ` (line ${line})` : ''}`,
    );
  const more = problems.length > 50 ? [`  and ${problems.length - 50} more`] : [];
  const title = `NOT whole: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'} in ${what}`;
  return [title, against, ...shown, ...more].join('\n');
};

const asked = process.argv[1];
if (asked !== undefined && fileURLToPath(import.meta.url) === realpathSync(asked)) {
  const [file, against] = process.argv.slice(2);
  if (file === undefined) {
    process.stderr.write('Usage: node verify.mjs audit.ndjson [checkpoints.ndjson]\n');
    process.exitCode = 2;
  } else {
    try {
      const verified = await verifyFile(file, against);
      process.stdout.write(`${verifiedWords(verified)}\n`);
      process.exitCode = verified.problems.length === 0 && verified.records > 0 ? 0 : 1;
    } catch (error) {
      process.stderr.write(`Nothing was verified: ${error instanceof Error ? error.message : error}\n`);
      process.exitCode = 2;
    }
  }
}
