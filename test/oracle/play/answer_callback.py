"""Writes what a playbook run does as one JSON object a line, into the file named by ANSWER_FILE."""
import json
import os

from ansible.plugins.callback import CallbackBase
from ansible.playbook.task_include import TaskInclude

DOCUMENTATION = '''
    name: answer_callback
    type: notification
    short_description: what a run did, for tsible's tests
    description: one JSON object a line
    options: {}
'''

# What is told of these is the point of the task; of others only how they ended.
SHOWN = ('debug', 'ansible.builtin.debug', 'ansible.legacy.debug')
INTERNAL = ('changed', 'failed', 'skipped', 'skip_reason', 'skipped_reason', 'item', 'ansible_loop_var', 'exception', 'warnings', 'deprecations')


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'notification'
    CALLBACK_NAME = 'answer_callback'
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.file = open(os.environ['ANSWER_FILE'], 'w', encoding='utf-8')

    def say(self, **event):
        self.file.write(json.dumps(event, default=plain) + '\n')
        self.file.flush()

    def v2_playbook_on_play_start(self, play):
        self.say(type='play', name=play.get_name())

    def v2_playbook_on_task_start(self, task, is_conditional):
        if task.action.endswith('meta'):
            return
        self.say(type='task', name=task.get_name())

    def v2_playbook_on_handler_task_start(self, task):
        self.say(type='task', name=task.get_name())

    def v2_playbook_on_include(self, included):
        name = getattr(included, '_filename', None) or ''
        loop_var = included._task.loop_control.loop_var
        item = included._vars.get('_ansible_item_label', included._vars.get(loop_var)) if included._task.loop else None
        self.say(type='included', name=os.path.basename(name), item=item, hosts=[h.name for h in included._hosts])

    def ended(self, result, status, item=False):
        host, task, values = of(result)
        if status == 'ok' and isinstance(task, TaskInclude):
            return
        if status == 'ok' and values.get('changed'):
            status = 'changed'
        event = {'type': 'item' if item else 'result', 'host': host.get_name(), 'task': task.get_name(), 'status': status}
        if item:
            event['label'] = values.get('_ansible_item_label', values.get('item'))
        if task.action in SHOWN and status in ('ok', 'changed') and (item or not task.loop):
            shown = {k: v for k, v in values.items()
                     if k not in INTERNAL and k != task.loop_control.loop_var and not k.startswith(('_ansible', 'ansible_loop', 'ansible_index'))} if task.loop else {
                     k: v for k, v in values.items() if k not in INTERNAL and not k.startswith('_ansible')}
            if task.loop and task.loop_control.index_var:
                shown.pop(task.loop_control.index_var, None)
            event['show'] = shown['msg'] if set(shown) == {'msg'} and 'var' not in task.args else shown
        return event

    def v2_runner_on_ok(self, result):
        self.tell(self.ended(result, 'ok'))

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.tell(self.ended(result, 'failed'), ignored=bool(ignore_errors))

    def v2_runner_on_skipped(self, result):
        self.tell(self.ended(result, 'skipped'))

    def v2_runner_on_unreachable(self, result):
        ignored = of(result)[1].ignore_unreachable
        self.tell(self.ended(result, 'unreachable'), ignored=bool(ignored))

    def v2_runner_item_on_ok(self, result):
        self.tell(self.ended(result, 'ok', True))

    def v2_runner_item_on_failed(self, result):
        self.tell(self.ended(result, 'failed', True))

    def v2_runner_item_on_skipped(self, result):
        self.tell(self.ended(result, 'skipped', True))

    def v2_runner_retry(self, result):
        host, task, values = of(result)
        self.say(type='retry', host=host.get_name(), task=task.get_name(), attempt=values.get('attempts'))

    def tell(self, event, ignored=False):
        if event is None or event['task'].endswith('meta'):
            return
        if ignored:
            event['ignored'] = True
        self.say(**event)

    def v2_playbook_on_stats(self, stats):
        for host in sorted(stats.processed):
            counts = stats.summarize(host)
            counts['failed'] = counts.pop('failures')
            self.say(type='recap', host=host, counts=counts)


def of(result):
    # Attributes lost their underscore in 2.19.
    host = getattr(result, 'host', None) or result._host
    task = getattr(result, 'task', None) or result._task
    values = getattr(result, 'result', None)
    return host, task, values if values is not None else result._result


def plain(value):
    if hasattr(value, 'items'):
        return dict(value)
    return str(value)
