"""Answers which variables templates take from outside, as Jinja2 itself finds them without running them: one JSON
object {"t": template} a line in, {"out": sorted names with a blank between} or {"error": ...} a line out.
"""
import json
import sys

from jinja2 import Environment, meta

environment = Environment(extensions=['jinja2.ext.do', 'jinja2.ext.loopcontrols'], trim_blocks=True)
# What Ansible adds to Jinja2's own.
environment.globals.update(dict.fromkeys(('lookup', 'query', 'q', 'now', 'undef', 'omit')))
sys.stdin.readline()
for line in sys.stdin:
    try:
        names = meta.find_undeclared_variables(environment.parse(json.loads(line)['t']))
        answer = {'out': ' '.join(sorted(names))}
    except Exception as error:
        answer = {'error': f'{type(error).__name__}: {error}'[:300]}
    print(json.dumps(answer), flush=True)
