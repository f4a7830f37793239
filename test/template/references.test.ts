import { describe, expect, test } from 'vitest';
import { references } from '../../src/template/index.ts';
import { referenceCases, undeclared } from './reference-case.ts';

describe('variables from outside, as Jinja2 finds them', () => {
  for (const { t, out, ours } of referenceCases()) test(t, () => expect(undeclared(t)).toBe(ours ?? out));
});

describe('filters, tests and lookups', () => {
  const cases: readonly (readonly [
    string,
    Partial<Record<'filters' | 'tests' | 'lookups' | 'variables', string[]>>,
  ])[] = [
    ['{{ a | upper | join(b | lower) }}', { filters: ['join', 'upper', 'lower'], variables: ['a', 'b'] }],
    ['{% filter indent(4) | upper %}{% endfilter %}', { filters: ['upper', 'indent'] }],
    ['{% set a | trim %}{% endset %}', { filters: ['trim'] }],
    ['{{ a | ansible.builtin.to_json }}', { filters: ['ansible.builtin.to_json'] }],
    ["{{ a | map('upper') | list }}", { filters: ['list', 'map', 'upper'] }],
    ["{{ a | map(attribute='upper') }}", { filters: ['map'] }],
    ['{{ a | map(f) }}', { filters: ['map'], variables: ['a', 'f'] }],
    ["{{ a | select('match', 'x') }}", { filters: ['select'], tests: ['match'] }],
    ["{{ a | rejectattr('x', 'in', b) }}", { filters: ['rejectattr'], tests: ['in'], variables: ['a', 'b'] }],
    ["{{ a | selectattr('x') }}", { filters: ['selectattr'], tests: [] }],
    ['{{ a is defined and a is not none }}', { tests: ['defined', 'none'] }],
    ['{{ a is ansible.builtin.version(b) }}', { tests: ['ansible.builtin.version'], variables: ['a', 'b'] }],
    [
      "{{ lookup('file', 'x') }}{{ query('ansible.builtin.env', y) }}{{ q('dict', z) }}",
      { lookups: ['file', 'ansible.builtin.env', 'dict'], variables: ['y', 'z'] },
    ],
    ['{{ lookup(a, b) }}', { lookups: ['?'], variables: ['a', 'b'] }],
    ["{{ lookup('fi' ~ 'le', b) }}", { lookups: ['?'], variables: ['b'] }],
    ['{{ lookup(*a) }}', { lookups: ['?'], variables: ['a'] }],
    ["{% set lookup = a %}{{ lookup('file') }}", { lookups: [], variables: ['a'] }],
    // What a lookup reads by name is not to be known from the template.
    ["{{ lookup('vars', 'a') }}", { lookups: ['vars'], variables: [] }],
    [
      "{{ vars['a'] }}{{ hostvars[b].c }}{{ groups['d'] }}",
      { variables: ['vars', 'hostvars', 'b', 'groups'] },
    ],
    ["{% include 'x.j2' %}{% import y as z %}", { variables: ['y'] }],
    // Without braces it is an expression.
    ['a.b > c and d is defined', { variables: ['a', 'c', 'd'], tests: ['defined'] }],
    ['not x | bool', { variables: ['x'], filters: ['bool'] }],
  ];
  for (const [template, wanted] of cases)
    test(template, () => expect(references(template)).toMatchObject(wanted));
});
