import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatMatcher, parseMatchers } from '../../src/routes/matchers.ts';
import { cpuTime } from '../cpu-time.ts';

const parsed = (text: string) => {
  const result = parseMatchers(text);
  if (!result.ok) throw new Error(result.problem);
  return result.matchers;
};
const one = (text: string) => {
  const [matcher] = parsed(text);
  if (!matcher) throw new Error('no matcher');
  return matcher;
};
const problem = (text: string) => {
  const result = parseMatchers(text);
  return result.ok ? undefined : result.problem;
};

describe('reads what Alertmanager reads', () => {
  test.each([
    ['severity="critical"', [['severity', '=', 'critical']]],
    ['severity=critical', [['severity', '=', 'critical']]],
    ['  severity  !=  "critical"  ', [['severity', '!=', 'critical']]],
    ['service=~"pay.*|check[a-z]+"', [['service', '=~', 'pay.*|check[a-z]+']]],
    ['service!~pay.*', [['service', '!~', 'pay.*']]],
    [
      '{foo = "bar", dings != "bums", }',
      [
        ['foo', '=', 'bar'],
        ['dings', '!=', 'bums'],
      ],
    ],
    [
      'foo=bar,dings!=bums',
      [
        ['foo', '=', 'bar'],
        ['dings', '!=', 'bums'],
      ],
    ],
    [String.raw`quote="She said: \"Hi, ladies!\""`, [['quote', '=', 'She said: "Hi, ladies!"']]],
    [String.raw`path=~"a\\.b\d\n"`, [['path', '=~', 'a\\.b\\d\n']]],
    ['statuscode=~"5.."', [['statuscode', '=~', '5..']]],
    ['foo=""', [['foo', '=', '']]],
    ['foo=', [['foo', '=', '']]],
    ['"label with spaces"="x"', [['label with spaces', '=', 'x']]],
    ['k8s.pod=x', [['k8s.pod', '=', 'x']]],
    ['größe="groß"', [['größe', '=', 'groß']]],
    ['x=~"a{2}"', [['x', '=~', 'a{2}']]],
  ])('%s', (text, expected) => {
    expect(parsed(text).map((m) => [m.name, m.operator, m.value])).toEqual(expected);
  });
});

describe('refuses, and says what to write', () => {
  test.each([
    ['', 'is empty; write name="value" with =, !=, =~ or !~'],
    ['{}', 'is empty; write name="value" with =, !=, =~ or !~'],
    ['severity', '"severity" is not a matcher; write name="value" with =, !=, =~ or !~'],
    ['severity=="x"', String.raw`"severity==\"x\"" has ==; one = is enough`],
    ["a='x'", `"a='x'" has single quotes; use double quotes around the value`],
    ['a=x{2}', '"a=x{2}" has braces; put the value in double quotes'],
    ['a="x', String.raw`"a=\"x" is not a matcher; write name="value" with =, !=, =~ or !~`],
    ['a="x" b="y"', String.raw`"a=\"x\" b=\"y\"" is not a matcher; write name="value" with =, !=, =~ or !~`],
    [
      'a=~"(x"',
      '"(x" is not a regular expression (missing closing ): `(x`). Alertmanager\'s syntax (RE2) has no look-around and no back-references',
    ],
  ])('%s', (text, expected) => {
    expect(problem(text)).toBe(expected);
  });

  test('what only becomes valid by being anchored, and what RE2 has not', () => {
    expect(problem('a=~"x)|(y"')).toContain('is not a regular expression');
    expect(problem('a=~"(?=x)"')).toContain('is not a regular expression');
    expect(problem(String.raw`a=~"(x)\1"`)).toContain('is not a regular expression');
  });

  test.each(['(?P<a>x)|(?P<a>y)', String.raw`\p{Letter}`, String.raw`\p{greek}`])(
    'what Go 1.26 takes and re2js does not, as docs/configuration.md says: %s',
    (pattern) => {
      expect(problem(`a=~"${pattern}"`)).toContain('is not a regular expression');
    },
  );
});

describe('matches', () => {
  test.each([
    ['a="x"', 'x', true],
    ['a="x"', '', false],
    ['a=""', '', true],
    ['a!="x"', '', true],
    ['a!="x"', 'x', false],
    ['a=~"x"', 'xy', false],
    ['a=~"x|y"', 'y', true],
    ['a=~"x|y"', 'xy', false],
    ['a=~"x.*"', 'xyz', true],
    ['a=~".*"', '', true],
    ['a=~".+"', '', false],
    ['a=~"x.y"', 'x\ny', false],
    ['a=~"(?i)x"', 'X', true],
    ['a=~"x$"', 'x\n', false],
    [String.raw`a=~"\\d+"`, '42', true],
    [String.raw`"a"=~"\d+"`, '42', true],
    [String.raw`"a"=~"\bpay\b"`, 'pay', true],
    ['a=~"[[:alpha:]]+"', 'abc', true],
    ['a!~"x.*"', 'xyz', false],
    ['a!~"x.*"', '', true],
  ])('%s on %j is %s', (text, actual, expected) => {
    const matcher = one(text);
    expect(matcher.matches(actual)).toBe(expected);
    expect(matcher.matches(actual)).toBe(expected); // the remembered answer
  });

  test('in linear time, where a backtracking engine would never end', async () => {
    const matcher = one('a=~"(a+)+(b|c)*d"');
    const took = await cpuTime(() => expect(matcher.matches('a'.repeat(20_000))).toBe(false));
    expect(took).toBeLessThan(2_000);
  });

  test('the same after more values than are remembered', () => {
    const matcher = one('a=~"v[0-9]*0"');
    for (let i = 0; i < 3_000; i++) expect(matcher.matches(`v${i}`)).toBe(i % 10 === 0);
  });
});

test('what is written is read back as it was, for any value', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('=', '!='), (value, operator) => {
      const quoted = `"${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
      const matcher = one(`name${operator}${quoted}`);
      expect([matcher.name, matcher.operator, matcher.value]).toEqual(['name', operator, value]);
      expect(formatMatcher(matcher)).toBe(`name${operator}${JSON.stringify(value)}`);
    }),
  );
});

test('no text makes the parser throw', () => {
  fc.assert(fc.property(fc.string(), (text) => typeof parseMatchers(text).ok === 'boolean'));
});
