"""Answers questions about vaults with the real Ansible, one JSON object a line."""
import base64
import json
import sys

from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import (
    EncryptedString,
    VaultLib,
    VaultSecret,
    VaultSecretsContext,
    get_file_vault_secret,
)


class Secret(VaultSecret):
    pass


def unpacked(text):
    return base64.b64decode(text)


def packed(data):
    return base64.b64encode(data).decode()


def secret_of(question):
    if 'password_file' in question:
        secret = get_file_vault_secret(
            filename=question['password_file'], vault_id=question.get('label'), loader=DataLoader())
        secret.load()
        return secret
    return Secret(unpacked(question['password']))


def secrets_of(question):
    return [(question.get('label') or 'default', secret_of(question))]


def encrypt(question):
    secrets = secrets_of(question)
    label = question.get('label')
    sealed = VaultLib(secrets).encrypt(unpacked(question['content']), secret=secrets[0][1], vault_id=label)
    return {'sealed': sealed.decode()}


def decrypt(question):
    return {'content': packed(VaultLib(secrets_of(question)).decrypt(question['sealed'].encode()))}


def load(question):
    secrets = secrets_of(question)
    if not VaultSecretsContext.current(optional=True):
        VaultSecretsContext.initialize(VaultSecretsContext(secrets))
    data = DataLoader().load(question['yaml'])
    return {'value': plain(data)}


def plain(value):
    if isinstance(value, EncryptedString):
        return {'secret': value._decrypt()}
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value


ANSWERS = {'encrypt': encrypt, 'decrypt': decrypt, 'load': load}

for line in sys.stdin:
    question = json.loads(line)
    try:
        answer = ANSWERS[question['ask']](question)
    except Exception as error:
        answer = {'error': f'{type(error).__name__}: {error}'}
    print(json.dumps(answer), flush=True)
