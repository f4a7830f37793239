"""Answers template cases as ansible-core does: one JSON object a line in, one out, in the same order.

A case is {"e": expression}, {"w": condition}, {"v": a value of a playbook that holds a template} or
{"t": the text of a template file}. "vars" are variables besides those of the first line: their texts are
trusted as those of a playbook are, and rendered when used. "options" are the template module's; "templates" is
the folder in which the templates are that it includes.

An answer is {"out": ...} or {"error": ...}; "out" is the repr of a value of plain Python types, and for "t" text.
"""
import json
import os
import signal
import sys

os.environ.setdefault('ANSIBLE_DEPRECATION_WARNINGS', 'False')
# Conditions of older content, which tsible accepts too: what is not a boolean counts by its truth.
os.environ.setdefault('ANSIBLE_ALLOW_BROKEN_CONDITIONALS', 'True')
os.environ.setdefault('ANSIBLE_SYSTEM_WARNINGS', 'False')
# tsible always knows these statements.
os.environ.setdefault('ANSIBLE_JINJA2_EXTENSIONS', 'jinja2.ext.do,jinja2.ext.loopcontrols')

from ansible.parsing.dataloader import DataLoader  # noqa: E402
from ansible.plugins.loader import init_plugin_loader  # noqa: E402
from ansible.template import Templar, trust_as_template  # noqa: E402
from ansible.utils.display import Display  # noqa: E402

# What an endless template may take, in seconds.
PATIENCE = 10


def trusted(value):
    """A value as a playbook gives it."""
    if isinstance(value, str):
        return trust_as_template(value)
    if isinstance(value, list):
        return [trusted(item) for item in value]
    if isinstance(value, dict):
        return {key: trusted(item) for key, item in value.items()}
    return value


def plain(value):
    """A value of builtin types only, so that its repr tells its type and nothing else."""
    for kind in (bool, int, float, str, bytes):
        if isinstance(value, kind):
            return kind(value) if kind is not str else ''.join(list(value))
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(plain(item) for item in value) if type(value) in (list, tuple) else [plain(item) for item in value]
    return value


def give_up(*_):
    raise TimeoutError('takes too long')


def answer(case, variables, loader, searchpath):
    variables = {**variables, **trusted(case.get('vars', {}))}
    if 'templates' in case:
        searchpath = [os.path.join(searchpath[0], case['templates'])]
    templar = Templar(loader, variables).copy_with_new_env(searchpath=searchpath)
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE)
    try:
        if 'e' in case:
            return {'out': repr(plain(templar.evaluate_expression(trust_as_template(case['e']))))}
        if 'w' in case:
            return {'out': repr(bool(templar.evaluate_conditional(trust_as_template(case['w']))))}
        if 'v' in case:
            return {'out': repr(plain(templar.template(trusted(case['v']))))}
        value = templar.template(
            trust_as_template(case['t']), escape_backslashes=False, overrides={'trim_blocks': True, **case.get('options', {})}
        )
        return {'out': '' if value is None else str(value)}
    except (Exception, RecursionError) as error:
        message = str(error)
        cause = error.__cause__
        while cause is not None:
            message += f' < {type(cause).__name__}: {cause}'
            cause = cause.__cause__
        return {'error': f'{type(error).__name__}: {message}'[:300]}
    finally:
        signal.alarm(0)


def main():
    # Whatever plugins print must not come between the answers.
    out = os.fdopen(os.dup(1), 'w', encoding='utf-8')
    os.dup2(2, 1)
    Display.display = lambda *args, **kwargs: None
    sys.set_int_max_str_digits(0)
    init_plugin_loader()
    here = os.path.dirname(os.path.abspath(__file__))
    loader = DataLoader()
    loader.set_basedir(here)
    searchpath = [os.path.join(here, 'templates'), here]
    first = sys.stdin.readline()
    for line in sys.stdin:
        # Read anew for each case: templates may change what variables hold.
        out.write(json.dumps(answer(json.loads(line), json.loads(first), loader, searchpath)) + '\n')
        out.flush()


main()
