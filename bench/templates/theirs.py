"""Does the work of bench/templates/work.ts in Python, in a process of its own: see bench/templates/ours.ts.

Arguments: how (plain, sandbox or ansible), the file with the work as JSON, and what is to be done cold.
"""
import hashlib
import json
import os
import posixpath
import re
import sys
import time


def environment(kind):
    from jinja2 import Environment, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    made = (SandboxedEnvironment if kind == 'sandbox' else Environment)(
        trim_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        extensions=['jinja2.ext.do', 'jinja2.ext.loopcontrols'],
    )
    # Those of Ansible's that the work uses, as little as they can be.
    made.filters['bool'] = lambda value: value is True or str(value).lower() in ('yes', 'on', '1', 'true')
    made.filters['basename'] = posixpath.basename
    made.filters['ternary'] = lambda value, yes, no: yes if value else no
    made.filters['regex_replace'] = lambda value, old, new: re.sub(old, new, value)
    made.tests['match'] = lambda value, pattern: re.match(pattern, value) is not None
    return made


class Jinja:
    """Templates compiled once each, and run without the copy of all variables that render() makes each time."""

    def __init__(self, kind):
        self.environment = environment(kind)
        self.known = {}

    def prepare(self, scopes):
        return [{**self.environment.globals, **scope} for scope in scopes]

    def file(self, text, scope):
        template = self.known.get(text)
        if template is None:
            template = self.known[text] = self.environment.from_string(text)
        return ''.join(template.root_render_func(template.new_context(scope, shared=True)))

    value = file

    def when(self, text, scope):
        template = self.known.get(text)
        if template is None:
            # What compile_expression() makes: the template sets a variable, which is read afterwards.
            template = self.known[text] = self.environment.compile_expression(text)._template
        context = template.new_context(scope, shared=True)
        for _ in template.root_render_func(context):
            pass
        return bool(context.vars['result'])


class Ansible:
    """ansible-core's own engine, with one templar for each scope."""

    def __init__(self):
        os.environ['ANSIBLE_ALLOW_BROKEN_CONDITIONALS'] = 'True'
        from ansible.parsing.dataloader import DataLoader
        from ansible.plugins.loader import init_plugin_loader
        from ansible.template import Templar, trust_as_template

        init_plugin_loader()
        self.loader, self.templar, self.trust = DataLoader(), Templar, trust_as_template

    def prepare(self, scopes):
        return [self.templar(self.loader, scope) for scope in scopes]

    def file(self, text, templar):
        overrides = {'trim_blocks': True}
        return templar.template(self.trust(text), escape_backslashes=False, overrides=overrides)

    def value(self, text, templar):
        return templar.template(self.trust(text))

    def when(self, text, templar):
        return bool(templar.evaluate_conditional(self.trust(text)))


def prepared(engine, work):
    texts, scopes = work['texts'], engine.prepare(work['scopes'])
    render = getattr(engine, work['kind'])

    def run():
        for _ in range(work['times']):
            values = [render(text, scope) for scope in scopes for text in texts]
        return values

    return run


def answer(run):
    before = time.process_time()
    values = run()
    seconds = time.process_time() - before
    found = hashlib.sha1()
    for value in values:
        found.update((str(value) + '\0').encode())
    print(json.dumps({'seconds': seconds, 'hash': found.hexdigest()}), flush=True)


def main():
    kind, file, *cold = sys.argv[1:]
    engine = Ansible() if kind == 'ansible' else Jinja(kind)
    with open(file, encoding='utf-8') as opened:
        every = {work['name']: work for work in json.load(opened)}
    if cold:
        answer(prepared(engine, every[cold[0]]))
        return
    ready = {}
    for line in sys.stdin:
        name = line.rstrip('\n')
        if name not in ready:
            ready[name] = prepared(engine, every[name])
        answer(ready[name])


main()
