"""Fills in the oracle's answers: renders every case with Python's Jinja2, set up as Ansible sets it up.

usage: answer.py test/template/cases/*.jsonl

A line is {"e": expression} or {"t": template}; it gets "out" (the repr of the expression's value, or the
text of the template) or "error". Filters and tests of Ansible's come from the ansible package, where that is
installed.
"""
import collections.abc
import json
import os
import sys
import types

import jinja2
import jinja2.sandbox
import markupsafe

HERE = os.path.dirname(os.path.abspath(__file__))


class Undefined(jinja2.StrictUndefined):
    """Passes attribute access along, as Ansible's does, so that default() works at any depth."""

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return self

    def __getitem__(self, key):
        return self


def unrolled(function):
    def wrapper(*args, **kwargs):
        result = function(*args, **kwargs)
        if isinstance(result, (types.GeneratorType, collections.abc.Iterator, collections.abc.MappingView)):
            return list(result)
        return result
    for name in dir(function):
        if name.startswith('jinja_pass'):
            setattr(wrapper, name, getattr(function, name))
    return wrapper


def plain(value):
    """What a template's result becomes when it leaves the template."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, range, collections.abc.MappingView, types.GeneratorType)):
        return [plain(v) for v in value]
    if isinstance(value, markupsafe.Markup):
        return str(value)
    if isinstance(value, jinja2.Undefined):
        str(value)
    return value


def environment():
    env = jinja2.sandbox.SandboxedEnvironment(
        trim_blocks=True,
        undefined=Undefined,
        extensions=['jinja2.ext.do', 'jinja2.ext.loopcontrols'],
        # Ansible prints None as nothing.
        finalize=lambda value: '' if value is None else value if isinstance(value, (str, range)) else plain(value),
        loader=jinja2.DictLoader(templates()),
    )
    try:
        from ansible.plugins.filter import core, encryption, mathstuff, urls, urlsplit
        from ansible.plugins.test import core as tcore, files as tfiles, mathstuff as tmath, uri as turi
        for module in (core, mathstuff, urls, urlsplit):
            env.filters.update(module.FilterModule().filters())
        for module in (tcore, tfiles, tmath, turi):
            env.tests.update(module.TestModule().tests())
    except ImportError:
        pass
    env.filters = {name: unrolled(function) for name, function in env.filters.items()}
    return env


def templates():
    folder = os.path.join(HERE, '..', 'template', 'cases', 'templates')
    if not os.path.isdir(folder):
        return {}
    return {name: open(os.path.join(folder, name)).read() for name in os.listdir(folder)}


def answer(env, case, variables):
    try:
        if 'e' in case:
            value = env.compile_expression(case['e'], undefined_to_none=False)(**variables)
            return {'out': repr(plain(value))}
        text = env.from_string(case['t']).render(**variables)
        return {'out': text}
    except Exception as error:  # noqa: BLE001
        return {'error': f'{type(error).__name__}: {error}'[:200]}


def main():
    with open(os.path.join(HERE, '..', 'template', 'cases', 'variables.json')) as file:
        text = file.read()
    for path in sys.argv[1:]:
        env = environment()
        with open(path) as file:
            cases = [json.loads(line) for line in file if line.strip()]
        with open(path, 'w') as file:
            for case in cases:
                if 'ours' not in case:
                    for key in ('out', 'error'):
                        case.pop(key, None)
                    case.update(answer(env, case, json.loads(text)))
                file.write(json.dumps(case, ensure_ascii=False) + '\n')


main()
