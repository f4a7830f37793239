import { positionAt } from '../../../core/position.ts';
import { childrenOf, type YamlNode, type YamlScalar } from '../../../load/yaml/outline.ts';
import { formatKeyPath, type KeyPath } from '../inline/key-path.ts';
import { vaultValues } from '../inline/sealed-values.ts';
import type { YamlText } from '../inline/yaml-text.ts';
import { givesAway, hasPrivateKey, isSecretName } from './secret-names.ts';
import type { Surveyed } from './survey.ts';

/** A secret that everybody can read. */
export interface PlainSecret {
  readonly key: string | undefined;
  readonly line: number;
  readonly what: string;
}

/** Secrets in a file that are not encrypted, as far as names and shapes tell. */
export function plainSecrets({ path, text, yaml }: Surveyed): PlainSecret[] {
  if (!yaml) {
    if (hasPrivateKey(text))
      return [{ key: undefined, line: 1, what: 'this is a private key, and is not encrypted' }];
    return isIniInventory(path, text) ? inIni(text) : [];
  }
  const holdsVariables = isVarsFile(path) || vaultValues(yaml).length > 0;
  return yaml.roots.flatMap(root => [...inNode(yaml, root, [], holdsVariables)]);
}

/** @param variables whether the keys here are names of variables */
function* inNode(yaml: YamlText, node: YamlNode, path: KeyPath, variables: boolean): Generator<PlainSecret> {
  if (node.kind === 'alias') return;
  if (node.kind === 'scalar') {
    const what = faultOf(node, path, variables);
    if (what) yield { key: formatKeyPath(path), line: positionAt(yaml.source, node.start).line, what };
    return;
  }
  for (const [part, child] of childrenOf(node)) {
    const below = variables || (typeof part === 'string' && HOLD_VARIABLES.test(part));
    yield* inNode(yaml, child, [...path, part], below);
  }
}

/** In playbooks, inventories and task files. */
const HOLD_VARIABLES = /^(?:vars|(?:ansible\.builtin\.)?set_fact|ansible_\w*pass(?:word)?)$/;

function faultOf(node: YamlScalar, path: KeyPath, variables: boolean): string | undefined {
  if (node.tag && node.style === 'absent') return undefined;
  if (hasPrivateKey(node.text)) return `${formatKeyPath(path)} is a private key, and is not encrypted`;
  const quoted = node.style !== 'plain' && node.style !== 'absent';
  if (!variables || !isNamedSecret(path, node.text) || !givesAway(node.text, { quoted })) return undefined;
  if (/^\$(?:ANSIBLE|TSIBLE)_VAULT;/.test(node.text)) return undefined;
  return `${formatKeyPath(path)} looks like a secret, and is not encrypted`;
}

/** The items of a list have its name; of mappings, the values have names of their own. */
function isNamedSecret(path: KeyPath, text: string): boolean {
  const name = path.findLast(part => typeof part === 'string');
  if (name === undefined || !isSecretName(String(name))) return false;
  // `token: 5` is a count.
  return !/^\d+$/.test(text) || /pass/i.test(String(name));
}

function isVarsFile(path: string): boolean {
  return /(?:^|\/)(?:group_vars|host_vars|vars|defaults)\//.test(path);
}

function isIniInventory(path: string, text: string): boolean {
  const name = path.split('/').at(-1)!;
  return /^(?:hosts|inventory)$|\.ini$/.test(name) && /^\[[\w:.-]+\]/m.test(text);
}

function inIni(text: string): PlainSecret[] {
  return text.split('\n').flatMap((line, index) => {
    if (/^\s*[#;]/.test(line)) return [];
    return [...line.matchAll(/([\w.-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s#]+)/g)].flatMap(
      ([, name = '', value = '']) => {
        const quoted = /^["']/.test(value);
        const bare = quoted ? value.slice(1, -1) : value;
        if (!isSecretName(name) || !givesAway(bare, { quoted })) return [];
        return [{ key: name, line: index + 1, what: `${name} looks like a secret, and is not encrypted` }];
      },
    );
  });
}
