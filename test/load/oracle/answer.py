"""Fills in what ansible-core answers: python3 answer.py FILE.json (needs ansible-core installed).

inventories.json: `files` (path -> text, laid out in an empty folder), `sources` (what -i names), `playbook` (the
playbook's folder) and `patterns`; the answers are each host's variables and groups, and the hosts of each
pattern. splits.json and scalars.json: single texts and what they are split into or read as.
"""

import json
import os
import sys
import tempfile

os.environ["ANSIBLE_CONFIG"] = os.devnull + ".cfg"

from ansible import constants

# Current releases read .ini files of inventory folders.
constants.INVENTORY_IGNORE_EXTS = [e for e in constants.INVENTORY_IGNORE_EXTS if e != ".ini"]

from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.splitter import parse_kv
from ansible.parsing.yaml.loader import AnsibleLoader
from ansible.utils.display import Display
from ansible.vars.manager import VariableManager

MAGIC = ("inventory_file", "inventory_dir", "inventory_hostname", "inventory_hostname_short", "group_names", "groups",
         "omit", "ansible_facts", "playbook_dir", "ansible_playbook_python", "ansible_config_file", "ansible_inventory_sources",
         "ansible_python_interpreter", "ansible_version")
Display.display = lambda *_, **__: None


def absolute(source):
    return source if "," in source else os.path.abspath(source)


def inventory(case):
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for path, text in case["files"].items():
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            with open(path, "w") as out:
                out.write(text)
            if text.startswith("#!"):
                os.chmod(path, 0o755)
        loader = DataLoader()
        loader.set_basedir(os.path.join(folder, case.get("playbook", "nowhere")))
        try:
            found = InventoryManager(loader=loader, sources=[absolute(s) for s in case["sources"]])
            manager = VariableManager(loader=loader, inventory=found)
            hosts = {}
            for host in found.get_hosts("all"):
                values = {k: v for k, v in manager.get_vars(host=host).items() if k not in MAGIC}
                groups = sorted(g.name for g in host.get_groups() if g.name != "all")
                hosts[host.name] = {"vars": values, "groups": groups}
            patterns = {}
            for pattern in case.get("patterns", {}):
                try:
                    patterns[pattern] = [h.name for h in found.get_hosts(pattern)]
                except Exception as error:
                    patterns[pattern] = "error: " + str(error)
        except Exception as error:
            return {**case, "error": str(error)}
        os.chdir("/")
        answer = {**case, "hosts": hosts}
        if patterns:
            answer["patterns"] = patterns
        return answer


def split(case):
    try:
        return {**case, "answer": parse_kv(case["text"], check_raw=case.get("command", False))}
    except Exception as error:
        return {**case, "error": str(error)}


def shape(value):
    """A value with its Python type, so that 1, 1.0, True and "1" stay apart."""
    if isinstance(value, dict):
        return {"dict": [[shape(k), shape(v)] for k, v in value.items()]}
    if isinstance(value, list):
        return {"list": [shape(v) for v in value]}
    if value is None or isinstance(value, bool):
        return {"const": str(value)}
    if isinstance(value, (int, float)):
        return {type(value).__name__: repr(value)}
    return {"str": str(value)}


def scalar(case):
    try:
        return {**case, "answer": shape(AnsibleLoader(case["text"]).get_single_data())}
    except Exception as error:
        return {**case, "error": str(error).split("\n")[0]}


KINDS = {"inventories.json": inventory, "splits.json": split, "scalars.json": scalar}

for path in [os.path.abspath(name) for name in sys.argv[1:]]:
    with open(path) as source:
        cases = json.load(source)
    answers = [KINDS[os.path.basename(path)](case) for case in cases]
    with open(path, "w") as out:
        out.write("[\n" + ",\n".join("  " + json.dumps(a, ensure_ascii=False, default=list) for a in answers) + "\n]\n")
