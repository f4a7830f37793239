import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/error.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Raw } from '../../src/core/value.ts';
import { templarWith } from './surroundings.ts';

const secret = new Secret('s3cret-value');
const users: Raw = [
  new Map<string, Raw>([
    ['name', 'ann'],
    ['password', secret],
  ]),
  new Map<string, Raw>([
    ['name', 'bob'],
    ['password', new Secret('other-value')],
  ]),
];
const templar = templarWith({
  users,
  secret,
  address: new Secret('10.1.2.3'),
  config: new Map<string, Raw>([['db', new Map<string, Raw>([['password', secret]])]]),
  app__a: new Map<string, Raw>([['password', secret]]),
  app__b: new Map<string, Raw>([['port', 80]]),
});

describe('secrets stay wrapped, and only they', () => {
  const cases: [string, unknown][] = [
    ["users | community.general.json_query('[].name')", ['ann', 'bob']],
    ["users | community.general.json_query('[0].password')", secret],
    ["users | community.general.json_query('sort_by(@, &password)[].name')", ['bob', 'ann']],
    ["users | community.general.json_query('length(@)')", 2],
    [
      "users | community.general.lists_mergeby([{'name': 'ann', 'uid': 5}], 'name') | map(attribute='name')",
      ['ann', 'bob'],
    ],
    [
      "(users | community.general.lists_mergeby([{'name': 'ann', 'uid': 5}], 'name') | first).password",
      secret,
    ],
    ["secret | community.general.dict_kv('k')", new Map([['k', secret]])],
    ["[['k', secret]] | community.general.dict", new Map([['k', secret]])],
    ["users | community.general.keep_keys(['name']) | first", new Map([['name', 'ann']])],
    ["(users | ansible.utils.remove_keys(['name']) | first).password", secret],
    ["[secret] | community.general.lists_union(['a'])", [secret, 'a']],
    ["config | ansible.utils.get_path('db.password')", secret],
    ['config | ansible.utils.to_paths', new Map([['db.password', secret]])],
    // Which of them it is tells as much as the secret where the others are known.
    ["[1, secret] | ansible.utils.index_of('eq', secret)", new Secret(1)],
    ["[1, secret] | ansible.utils.index_of('eq', 1)", 0],
    [
      "lookup('community.general.merge_variables', 'app__')",
      new Map<string, unknown>([
        ['password', secret],
        ['port', 80],
      ]),
    ],
    ['address is ansible.utils.private', true],
  ];
  for (const [expression, value] of cases) {
    test(expression, () => expect(templar.evaluate(expression)).toEqual(value));
  }

  const hidden = [
    "users | community.general.json_query('[0].password | reverse(@)')",
    'users | community.general.json_query("join(\'-\', [].password)")',
    "users | community.general.json_query('to_string(@)')",
    "address | ansible.utils.ipaddr('revdns')",
    'address | ansible.utils.ipmath(1)',
    'secret | community.general.crc32',
    'config | community.general.to_ini',
    "lookup('ansible.utils.get_path', config, 'db.password')",
  ];
  for (const expression of hidden) {
    test(`${expression} is a secret`, () => expect(templar.evaluate(expression)).toBeInstanceOf(Secret));
  }
});

test('what a filter is given stays as it is', () => {
  const list = [
    new Map<string, Raw>([
      ['n', 1],
      ['l', [1]],
    ]),
  ];
  const before = structuredClone(list);
  const own = templarWith({ list });
  for (const expression of [
    "list | community.general.lists_mergeby([{'n': 1, 'l': [2]}], 'n', recursive=true, list_merge='append')",
    "list | community.general.replace_keys([{'before': 'n', 'after': 'm'}])",
    "list | ansible.utils.replace_keys([{'before': 'n', 'after': 'm'}])",
    "list | ansible.utils.remove_keys(['n'])",
    "list | community.general.json_query('reverse(@)')",
  ])
    own.evaluate(expression);
  expect(list).toEqual(before);
});

describe('names and their collections', () => {
  const fails = (expression: string): string => {
    try {
      templar.evaluate(expression);
    } catch (error) {
      if (error instanceof UserError) return error.format();
      throw error;
    }
    throw new Error('no error came');
  };
  test('a filter of several collections has no short name', () => {
    expect(fails("users | keep_keys(['name'])")).toContain(
      'hint: it is written "ansible.utils.keep_keys" or "community.general.keep_keys"',
    );
  });
  test('a filter of another collection', () => {
    expect(fails("'::1' | community.general.ipaddr")).toContain('hint: it is written "ansible.utils.ipaddr"');
  });
  test('a short name that is misspelt', () => {
    expect(fails("users | json_qeury('[]')")).toContain('hint: did you mean "json_query"?');
  });
  test('an unknown query', () => {
    expect(fails("'10.0.0.1' | ansible.utils.ipaddr('adress')")).toContain('hint: did you mean "address"?');
  });
  test('a JMESPath expression that is wrong has a place', () => {
    expect(fails("users | community.general.json_query('[?name==]')")).toContain(
      'unexpected \']\' at column 9 of "[?name==]"',
    );
  });
});

test('random strings and addresses are of the kinds that are asked for', () => {
  const made = (expression: string): unknown => templar.evaluate(expression);
  expect(made("lookup('community.general.random_string', length=40, special=false)")).toMatch(
    /^[A-Za-z0-9]{40}$/,
  );
  expect(made("lookup('community.general.random_string', length=9, min_upper=9)")).toMatch(/^[A-Z]{9}$/);
  expect(made("'52:54:00' | community.general.random_mac")).toMatch(/^52:54:00(:[0-9a-f]{2}){3}$/);
});
