import type { Rules } from './grammar.ts';

/** Expressions by what they give; see grammar.ts for how to read them. */
export const EXPRESSIONS: Rules = {
  any: `
    *5 <text>
    *4 <int>
    *2 <float>
    *3 <bool>
    *4 <list>
    *2 <texts>
    *2 <numbers>
    *2 <records>
    *3 <dict>
    *2 <guarded>
    <tuple>
    <outcome>
    none
    None
    omit
    <any> if <bool> else <any>
    <(any)> or <(any)>
    <(any)> and <(any)>
    <(bool)>|ternary(<any>, <any>)
    <(bool)>|ternary(<any>, <any>, <any>)
    <(list)>|first
    <(list)>|last
    <(list)>|min
    <(list)>|max
    <(list)>[<INDEX>]
    <(dict)>[<key>]
    <(dict)>.<NAME>
    <(dict)>.get(<key>)
    <(dict)>.get(<key>, <any>)
    <(dict)>.pop(<key>, <any>)
    <(records)>|map(attribute=<field>)|first
    <(any)>|mandatory
    <(text)>|from_json
    <(any)>|to_json|from_json
    <(any)>|to_yaml|from_yaml
    <(text)>|from_yaml
    lookup("vars", <variable>)
    <(dict)>|attr(<key>)
    <(text)>|urlsplit("hostname")
    <(text)>|urlsplit("path")
  `,
  guarded: `
    *4 <(missing)>|default(<any>)
    *2 <(missing)>|d(<any>, true)
    <(any)>|default(<any>, true)
    <(any)>|default(<any>)
    <(missing)>|default
    <(missing)> is defined
    <(missing)> is undefined
    <(missing)> is not defined
    <any> if <(missing)> is defined else <any>
    <(missing)>|default(omit)
    <(missing)>
    <(dict)>.<NAME>|default(<any>)
    <(dict)>[<key>]|default(<any>)
  `,
  key: `
    *4 "a"
    "b"
    "name"
    "key"
    "items"
    "uid"
    <text>
    <WORD>
  `,
  field: `
    *4 "name"
    *3 "uid"
    "admin"
    "groups"
    "shell"
    "groups.0"
  `,
  variable: `
    "s"
    "xs"
    "d"
    "vt"
    "nope"
  `,
  small: `
    <SMALL>
    <SMALL>
    -<SMALL>
  `,
  text: `
    *6 <TEXT>
    <WORD> <WORD>
    <(text)> ~ <(any)>
    <(any)> ~ <(any)>
    <(text)> + <(text)>
    <(text)> * <small!>
    <small!> * <(text)>
    <PERCENT> % <(any)>
    <PERCENT> % <(int)>
    <PERCENT> % <(float)>
    <PERCENTS> % (<any>, <any>)
    <PERCENTS> % (<int>, <float>)
    "%(a)s|%(name)5s" % <(dict)>
    <PERCENT>|format(<any>)
    <PERCENT>|format(<int>)
    <PERCENTS>|format(<text>, <int>)
    "%(x)s"|format(x=<any>)
    <BRACES>.format(<any>)
    <BRACES>.format(<int>)
    <BRACES>.format(<float>)
    <BRACES>.format(<text>)
    "{} {}".format(<any>, <any>)
    "{1}-{0}".format(<any>, <any>)
    "{x!r:>{w}}".format(x=<any>, w=<SMALL>)
    "{0[a]} {0[name]}".format(<dict>)
    "{0[1]}".format(<list>)
    "{x:{f}}".format(x=<number>, f=<WORD>)
    "{a}".format_map(<dict>)
    <(text)>[<INDEX>]
    <(text)>[<INDEX>:]
    <(text)>[:<INDEX>]
    <(text)>[<INDEX>:<INDEX>]
    <(text)>[::<INDEX>]
    <(text)>[<INDEX>:<INDEX>:<INDEX>]
    <(texts)>[<INDEX>]
    <(text)>|upper
    <(text)>|lower
    <(text)>|capitalize
    <(text)>|title
    <(text)>|trim
    <(text)>|trim(<TEXT>)
    <(text)>|replace(<text>, <text>)
    <(text)>|replace(<WORD>, <text>, <small>)
    <(text)>|center(<small!>)
    <(text)>|center(17)
    <(text)>|indent
    <(text)>|indent(<small!>, true)
    <(text)>|indent(<small!>, first=<bool>, blank=<bool>)
    <(text)>|indent("> ", true)
    <(text)>|truncate(<INT>)
    <(text)>|truncate(7, true)
    <(text)>|truncate(9, <bool>, <TEXT>, <small!>)
    <(text)>|wordwrap(<INT>)
    <(text)>|wordwrap(7, false)
    <(text)>|wordwrap(5, true, "|", <bool>)
    <(text)>|escape
    <(text)>|forceescape
    <(text)>|striptags
    <(text)>|urlencode
    <(dict)>|urlencode
    <(text)>|urldecode
    <(text)>|reverse
    <(text)>|quote
    <(any)>|quote
    <(text)>|comment
    <(text)>|comment("c")
    <(text)>|comment("xml")
    <(text)>|comment(decoration="; ", prefix=<TEXT>, postfix="")
    <(text)>|regex_replace(<PATTERN>, <REPLACEMENT>)
    <(text)>|regex_replace(<PATTERN>, <REPLACEMENT>, multiline=<bool>, ignorecase=<bool>)
    <(text)>|regex_replace(<PATTERN>, <REPLACEMENT>, count=<small>)
    <(text)>|regex_search(<PATTERN>)
    <(text)>|regex_search(<PATTERN>, multiline=<bool>, ignorecase=<bool>)
    <(text)>|regex_escape
    <(text)>|regex_escape("posix_basic")
    <(text)>|b64encode
    <(text)>|b64encode|b64decode
    <(text)>|hash
    <(text)>|hash("md5")
    <(text)>|hash("sha256")
    <(text)>|md5
    <(text)>|checksum
    <(text)>|to_uuid
    <(text)>|basename
    <(text)>|dirname
    <(text)>|normpath
    ("/" ~ <(text)>)|relpath("/etc")
    <(text)>|win_basename
    <(text)>|win_dirname
    <(text)>|string
    <(text)>|type_debug
    <(texts)>|path_join
    <(texts)>|join
    <(texts)>|join(<TEXT>)
    <(list)>|join(<TEXT>)
    <(records)>|join(<TEXT>, attribute=<field>)
    <(texts)>|first
    <(texts)>|last
    <(texts)>|min
    <(texts)>|max
    <(any)>|string
    <(any)>|to_json
    <(any)>|to_nice_json
    <(any)>|to_nice_json(indent=<small!>)
    <(any)>|to_json(sort_keys=<bool>, ensure_ascii=<bool>)
    <(any)>|tojson
    <(any)>|to_yaml
    <(any)>|to_nice_yaml
    <(any)>|to_nice_yaml(indent=2, width=20)
    <(any)>|to_yaml(default_flow_style=<bool>)
    <(any)>|type_debug
    <(any)>|pprint
    <(any)>|escape
    <(any)>|upper
    <(any)>|trim
    <(dict)>|xmlattr
    <(number)>|filesizeformat
    <(number)>|filesizeformat(<bool>)
    <(number)>|human_readable
    <(number)>|human_readable(<bool>)
    <(number)>|string
    <TIME>|strftime(<SMALL>)
    <TIME>|strftime(1700000000, <bool>)
    ("2024-02-29 10:20:30"|to_datetime).strftime(<TIME>)
    ("2024-01-31"|to_datetime("%Y-%m-%d")).isoformat()
    <(text)>.upper()
    <(text)>.lower()
    <(text)>.title()
    <(text)>.capitalize()
    <(text)>.swapcase()
    <(text)>.casefold()
    <(text)>.strip()
    <(text)>.strip(<TEXT>)
    <(text)>.lstrip(<WORD>)
    <(text)>.rstrip()
    <(text)>.rstrip(<WORD>)
    <(text)>.ljust(<SMALL>)
    <(text)>.rjust(9, <TEXT>)
    <(text)>.center(15, "*")
    <(text)>.zfill(8)
    <(text)>.expandtabs(<SMALL>)
    <(text)>.replace(<text>, <text>)
    <(text)>.replace(<WORD>, <text>, <small>)
    <(text)>.removeprefix(<text>)
    <(text)>.removesuffix(<text>)
    <(text)>.join(<texts>)
    <(text)>.join(<text>)
    <(text)>.partition(<WORD>)[<INDEX>]
    <(text)>.translate({97: "b", 98: none, 108: 65})
    <text> if <bool> else <text>
    <(text)> or <(text)>
    <(text)>|default(<text>)
    lookup("items", <texts>)
    cycler(<text>, <text>).next()
    <macro>(<text>)
    <macro>(<any>, <any>)
    <macro>()
    <macro>(<text>, b=<text>)
  `,
  int: `
    *6 <INT>
    -<INT>
    <(int)> + <(int)>
    <(int)> - <(int)>
    <(int)> * <(int)>
    <(int)> // <(int)>
    <(int)> % <(int)>
    <(int)> ** <SMALL>
    -<(int)>
    +<(int)>
    <(bool)> + <(int)>
    <(any)>|length
    <(list)>|count
    <(text)>|length
    <(text)>|wordcount
    <(any)>|int
    <(text)>|int
    <(text)>|int(<INT>)
    <WORD>|int(0, 16)
    <(float)>|int
    <(int)>|abs
    <(numbers)>|sum
    <(numbers)>|max
    <(numbers)>|min
    <(numbers)>|first
    <(numbers)>|last
    <(numbers)>[<INDEX>]
    <(records)>|sum(attribute="uid")
    <(records)>|map(attribute="uid")|max
    <(text)>.count(<text>)
    <(text)>.find(<text>)
    <(text)>.rfind(<text>, <INDEX>)
    <(text)>.index(<text>)
    <(list)>.count(<any>)
    <(list)>.index(<any>)
    <(texts)>.index(<text>)
    <(int)>.bit_length()
    (<int>, <int>)[<INDEX>]
    <int> if <bool> else <int>
    <(text)>|human_to_bytes
    "1.5KB"|human_to_bytes
    100|random(seed=<WORD>)
    <(numbers)>|random(seed=<int>)
    (<list>|unique)|length
    <(float)>|round|int
    ("2024-03-01"|to_datetime("%Y-%m-%d") - "2023-12-31"|to_datetime("%Y-%m-%d")).days
  `,
  float: `
    *5 <FLOAT>
    -<FLOAT>
    <(number)> / <(number)>
    <(float)> + <(number)>
    <(float)> - <(number)>
    <(float)> * <(number)>
    <(float)> // <(number)>
    <(float)> % <(number)>
    <(number)> % <(float)>
    <(float)> ** <SMALL>
    <(int)> ** -<SMALL>
    -<(float)>
    <(any)>|float
    <(text)>|float
    <(text)>|float(<FLOAT>)
    <(int)>|float
    <(float)>|abs
    <(number)>|round
    <(number)>|round(<INDEX>)
    <(number)>|round(<SMALL>, "ceil")
    <(number)>|round(<SMALL>, "floor")
    <(number)>|pow(<SMALL>)
    <(number)>|root
    <(number)>|log(2)
    [<float>, <number>]|sum
    <float> if <bool> else <float>
  `,
  number: `
    *3 <int>
    *2 <float>
    <bool>
  `,
  bool: `
    *2 true
    *2 false
    True
    not <(any)>
    not <(bool)>
    <(int)> < <(number)>
    <(number)> <= <(number)>
    <(number)> > <(number)>
    <(number)> >= <(number)>
    <(text)> < <(text)>
    <(list)> < <(list)>
    <(any)> == <(any)>
    <(any)> != <(any)>
    <(number)> == <(number)>
    <(text)> == <(text)>
    <INT> < <int> < <INT>
    <INT> <= <(int)> == <int>
    <(any)> in <(list)>
    <(any)> not in <(list)>
    <(text)> in <(text)>
    <(text)> not in <(text)>
    <(key)> in <(dict)>
    <(any)> in (<any>, <any>)
    <(bool)> and <(bool)>
    <(bool)> or <(bool)>
    not <(bool)> or <(bool)>
    <(any)>|bool
    <(text)>|bool
    <(any)> is defined
    <(any)> is none
    <(any)> is not none
    <(any)> is string
    <(any)> is number
    <(any)> is integer
    <(any)> is float
    <(any)> is boolean
    <(any)> is true
    <(any)> is false
    <(any)> is mapping
    <(any)> is iterable
    <(any)> is sequence
    <(any)> is callable
    <(any)> is sameas <(bool)>
    <(any)> is truthy
    <(any)> is falsy
    <(any)> is truthy(convert_bool=true)
    <(any)> is eq <(any)>
    <(any)> is ne(<any>)
    <(number)> is lt <(number)>
    <(number)> is ge(<number>)
    <(int)> is even
    <(int)> is odd
    <(int)> is divisibleby 3
    <(int)> is divisibleby(<int>)
    <(int)> is not divisibleby 2
    <(text)> is lower
    <(text)> is upper
    <(text)> is match(<PATTERN>)
    <(text)> is search(<PATTERN>)
    <(text)> is regex(<PATTERN>)
    <(text)> is match(<PATTERN>, ignorecase=true, multiline=<bool>)
    <(text)> is regex(<PATTERN>, match_type="fullmatch")
    <(list)> is any
    <(list)> is all
    <(list)> is contains(<any>)
    <(list)> is subset(<list>)
    <(list)> is superset <(list)>
    <(any)> is in <(list)>
    <(text)> is in(<text>)
    <(number)> is nan
    <WORD> is filter
    "upper" is filter
    "odd" is test
    <(outcome)> is failed
    <(outcome)> is changed
    <(outcome)> is succeeded
    <(outcome)> is skipped
    <(text)> is version("1.10", ">=")
    "1.2.3" is version(<TEXT>, "<")
    "1.2.3" is version("1.10", <COMPARE>)
    "1.2.3-rc1" is version("1.2.3", <COMPARE>, version_type="semver")
    <(text)> is abs
    <(text)> is url
    <(text)> is uri
    <(text)>.startswith(<text>)
    <(text)>.endswith(<text>)
    <(text)>.startswith((<text>, <text>))
    <(text)>.isdigit()
    <(text)>.isalpha()
    <(text)>.isalnum()
    <(text)>.isupper()
    <(text)>.islower()
    <(text)>.istitle()
    <(text)>.isspace()
    <(text)>.isnumeric()
    <(text)>.isdecimal()
    <(text)>.isidentifier()
    <(text)>.isprintable()
    <(text)>.isascii()
    <(float)>.is_integer()
    <bool> if <bool> else <bool>
  `,
  texts: String.raw`
    *4 [<text>, <text>, <text>]
    [<text>]
    <(text)>.split()
    <(text)>.split(<WORD>)
    <(text)>.split(<WORD>, <small>)
    <(text)>.rsplit(<WORD>, <small>)
    <(text)>.rsplit(none, 1)
    <(text)>.splitlines()
    <(text)>.splitlines(true)
    <(text)>.partition(<WORD>)|list
    <(text)>.rpartition(<WORD>)|list
    <(text)>|split
    <(text)>|split(<WORD>)
    <(text)>|split("a")
    <(text)>|list
    <(text)>|regex_findall(<PATTERN>)
    <(text)>|regex_findall(<PATTERN>, multiline=<bool>, ignorecase=<bool>)
    <(text)>|regex_search(<PATTERN>, "\\g<0>")
    <(text)>|regex_search("(l+)(.)", "\\1", "\\2")
    <(text)>|splitext|list
    <(dict)>|list
    <(dict)>.keys()|list
    <(texts)>|map("upper")|list
    <(texts)>|map("replace", <WORD>, <text>)|list
    <(texts)>|map("regex_replace", <PATTERN>, <REPLACEMENT>)|list
    <(texts)>|map("length")|map("string")|list
    <(texts)>|select("match", <PATTERN>)|list
    <(texts)>|reject("search", <PATTERN>)|list
    <(texts)>|select("in", <list>)
    <(texts)>|sort
    <(texts)>|sort(reverse=<bool>, case_sensitive=<bool>)
    <(texts)>|unique
    <(texts)>|unique(case_sensitive=true)
    <(texts)>|reverse|list
    <(texts)>|map("trim")
    <(texts)> + <(texts)>
    <(texts)>[<INDEX>:]
    <(texts)>[::-1]
    <(records)>|map(attribute="name")|list
    query("items", <texts>)
  `,
  numbers: `
    *4 [<int>, <int>, <int>]
    [<number>, <float>]
    range(<SMALL>)|list
    range(-<SMALL>, <SMALL>, 2)|list
    range(9, <SMALL>, -2)|list
    <(numbers)>|sort
    <(numbers)>|sort(reverse=true)
    <(numbers)>|unique
    <(numbers)>|map("int")|list
    <(numbers)>|map("pow", 2)
    <(texts)>|map("length")|list
    <(texts)>|map("int")|list
    <(numbers)>|select("odd")
    <(numbers)>|reject("divisibleby", 3)|list
    <(numbers)>|select("gt", <number>)|list
    <(numbers)>|select(">", <number>)|list
    <(numbers)> * <small!>
    <(records)>|map(attribute="uid")|list
    query("sequence", "start=1 end=" ~ <SMALL>)|map("int")
    <(numbers)>|shuffle(seed=<WORD>)
  `,
  list: `
    *3 [<any>, <any>]
    *2 [<any>, <any>, <any>]
    []
    [<any>,]
    [[<any>], [<any>, <any>]]
    <texts>
    <numbers>
    <records>
    <(list)> + <(list)>
    <(list)> * <small!>
    <(list)>[<INDEX>:<INDEX>]
    <(list)>[::<INDEX>]
    <(list)>|list
    <(list)>|reverse|list
    <(list)>|batch(<SMALL>)|list
    <(list)>|batch(2, <any>)|list
    <(list)>|slice(<SMALL>)|list
    <(list)>|slice(3, <any>)|list
    <(list)>|unique
    <(list)>|sort
    <(list)>|map("string")|list
    <(list)>|map("type_debug")|list
    <(list)>|map("default", <any>)|list
    <(list)>|map("to_json")|list
    <(list)>|select|list
    <(list)>|reject|list
    <(list)>|select("defined")|list
    <(list)>|select("string")|list
    <(list)>|select("number")
    <(list)>|reject("none")|list
    <(list)>|select("equalto", <any>)|list
    <(list)>|union(<list>)
    <(list)>|intersect(<list>)
    <(list)>|difference(<list>)
    <(list)>|symmetric_difference(<list>)
    <(list)>|flatten
    <(list)>|flatten(levels=<small!>)
    <(list)>|flatten(skip_nulls=false)
    <(list)>|zip(<list>)|list
    <(list)>|zip(<list>, <list>)|list
    <(list)>|zip_longest(<list>, fillvalue=<any>)|list
    <(list)>|product(<list>)|list
    <(list)>|permutations(2)|list
    <(list)>|combinations(2)|list
    <(list)>.copy()
    <(dict)>|dictsort
    <(dict)>|dictsort(<bool>, "value")
    <(dict)>|dictsort(reverse=true)
    <(dict)>|items|list
    <(dict)>|dict2items
    <(dict)>.items()|list
    <(dict)>.values()|list
    <(dict)>.items()
    <(records)>|groupby(<field>)
    <(records)>|groupby(<field>, default=<any>)|list
    <(records)>|map(attribute=<field>)|list
    <(records)>|map(attribute=<field>, default=<any>)|list
    <(records)>|map("dict2items")|list
    <(records)>|subelements("groups")
    <(records)>|subelements("groups", skip_missing=true)
    <(numbers)>|map("extract", <list>)|list
    <(texts)>|map("extract", <dict>)|list
    (<any>, <any>)|list
    dict(<pairs>).items()|list
    lookup("dict", <dict>, wantlist=true)
    query("dict", <dict>)
    query("indexed_items", <list>)
    query("together", <list>, <list>)
    query("nested", <list>, <list>)
    query("flattened", <list>)
    <list> if <bool> else <list>
    <(text)>|from_yaml_all|list
  `,
  tuple: `
    (<any>, <any>)
    (<any>,)
    ()
    <(text)>.partition(<WORD>)
    <(text)>|splitext
    (<any>, <any>)[<INDEX>:]
    (<any>,) + (<any>, <any>)
    (<int>, <text>) * <small!>
    (<records>|groupby("name"))[0]
    <(dict)>.popitem()
  `,
  pairs: `
    [[<key>, <any>], [<key>, <any>]]
    [(<key>, <any>)]
    <(texts)>|zip(<list>)
  `,
  records: `
    [{"name": <text>, "uid": <int>, "groups": <texts>}, {"name": <text>, "uid": <int>, "groups": <texts>}]
    *2 <(records)>|sort(attribute=<field>)
    <(records)>|sort(attribute="uid", reverse=true)
    <(records)>|sort(attribute="name,uid")
    <(records)>|selectattr("admin")|list
    <(records)>|selectattr("name", "defined")|list
    <(records)>|selectattr("shell", "undefined")|list
    <(records)>|rejectattr("admin")|list
    <(records)>|selectattr("uid", "gt", <int>)|list
    <(records)>|selectattr(<field>, "equalto", <any>)|list
    <(records)>|selectattr("groups", "contains", <text>)|list
    <(records)>|rejectattr("name", "match", <PATTERN>)|list
    <(records)>|rejectattr("name", "in", <texts>)|list
    <(records)>|unique(attribute=<field>)|list
    <(records)>|map("combine", <dict>)|list
    <(records)>|reverse|list
    <(records)>[<INDEX>:]
    <(dict)>|dict2items
    <(dict)>|dict2items(key_name="name", value_name="uid")
    <(records)>|difference(<records>)
    <(records)>|community.general.lists_mergeby(<records>, "name")
  `,
  dict: `
    *3 {<key>: <any>, <key>: <any>}
    {}
    {<key>: <any>}
    {<any>: <any>}
    {"a": <any>, "b": {"c": <any>}}
    {1: <any>, true: <any>, 2.0: <any>, none: <any>}
    dict(a=<any>, b=<any>)
    dict(<pairs>)
    dict(<dict>, a=<any>)
    *2 <(dict)>|combine(<dict>)
    <(dict)>|combine(<dict>, recursive=true)
    <(dict)>|combine(<dict>, <dict>, list_merge=<MERGE>)
    <(dict)>|combine({"a": <list>}, recursive=true, list_merge=<MERGE>)
    <(dict)>|dict2items|items2dict
    <(records)>|items2dict(key_name="name", value_name=<field>)
    <(records)>|rekey_on_member("name")
    <(texts)>|zip(<list>)|items2dict
    <(text)>|community.general.dict_kv(<key>)
    <(dict)>.copy()
    <(text)>|urlsplit
    <(dict)>|to_json|from_json
    <(dict)>|to_nice_yaml|from_yaml
    <(records)>[<INDEX>]
    <(records)>|first
    {"a": <any>}.fromkeys(<texts>, <any>)
    <dict> if <bool> else <dict>
  `,
  outcome: `
    {"failed": <bool>, "changed": <bool>, "rc": <INT>}
    {"skipped": <bool>}
    {"changed": <any>}
  `,
  missing: `
    <(dict)>.nothing
    <(list)>[99]
    <(records)>[0].nothing.further
    nope.further[1]
    undef()
    undef("give it")
    <(missing)>.again
    <(records)>|map(attribute="nothing")|first
    []|first
    lookup("vars", "nope")
  `,
};

/** Sorts that may stand where another was wanted. */
export const ASTRAY: readonly string[] = [
  ...[
    'any',
    'text',
    'int',
    'float',
    'number',
    'bool',
    'texts',
    'numbers',
    'list',
    'tuple',
    'records',
    'dict',
    'guarded',
  ],
];
