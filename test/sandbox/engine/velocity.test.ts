import { expect, test } from 'vitest';
import { evaluate, VelocityProblem } from '../../../sandbox/engine/velocity.ts';

const context = {
  a: { b: 'x', list: [{ n: 1 }, { n: 2 }], none: undefined, zero: 0, empty: [] },
  tool: { up: (text: unknown) => String(text).toUpperCase() },
};

test.for([
  ['plain $ 5 # text #1', 'plain $ 5 # text #1'],
  ['$a.b-${a.b}s-$!a.b', 'x-xs-x'],
  ['$a.none $!a.none $nobody.x $!{nobody.x}.', '$a.none  $nobody.x .'],
  ['$tool.up($a.b) $tool.up($a.none) $a.constructor', 'X $tool.up($a.none) $a.constructor'],
  ['#if($a.b)yes#end#if($a.none)no#else()else#end', 'yes()else'],
  ['#if($a.zero)no#end#if( $a.empty )no#end', ''],
  ['#foreach($i in $a.list)$i.n#if($foreach.hasNext),#end#end;$i.n', '1,2;$i.n'],
  ['#foreach($i in $a.none)x#end', ''],
] as const)('%s', ([template, expected]) => {
  expect(evaluate(template, context)).toBe(expected);
});

test.for([
  '#set($a = 1)',
  '#if($a.b)',
  '#end',
  '#foreach($i of $a.list)#end',
  '$a.b(1)',
  '#parse("x")',
  '#[[x]]#',
])('%s is refused', (template) => {
  expect(() => evaluate(template, context)).toThrow(VelocityProblem);
});
