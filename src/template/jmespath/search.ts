import { BoundedMap } from '../../core/bounded-map.ts';
import { Secret } from '../../core/secret.ts';
import { Float } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { spend } from '../limits.ts';
import { compare, equal } from '../python/compare.ts';
import { SliceOf, slice } from '../python/sequences.ts';
import { isInteger } from '../python/values.ts';
import { callFunction, Reference, typeOf } from './functions.ts';
import { type Comparator, type Node, parse } from './parser.ts';

const parsed = new BoundedMap<string, Node>(200);

/** What a JMESPath expression finds in a value. */
export function search(text: string, value: unknown): unknown {
  let node = parsed.get(text);
  if (!node) {
    node = parse(text);
    parsed.set(text, node);
  }
  const found = find(node, value);
  if (found instanceof Reference) throw new Fault('a JMESPath expression with & in front has no value');
  return found;
}

function find(node: Node, value: unknown): unknown {
  switch (node.kind) {
    case 'current':
      return value;
    case 'literal':
      return node.value;
    case 'field':
      return (value instanceof Map ? value.get(node.name) : undefined) ?? null;
    case 'then':
      return find(node.right, find(node.left, value));
    case 'index': {
      const list = find(node.left, value);
      return (Array.isArray(list) ? list.at(node.index) : undefined) ?? null;
    }
    case 'slice': {
      const list = find(node.left, value);
      return Array.isArray(list) ? slice(list, new SliceOf(...node.bounds)) : null;
    }
    case 'flatten': {
      const list = find(node.left, value);
      return Array.isArray(list) ? list.flat(1) : null;
    }
    case 'project': {
      const list = find(node.left, value);
      return Array.isArray(list) ? project(node.right, list) : null;
    }
    case 'values': {
      const dict = find(node.left, value);
      return dict instanceof Map ? project(node.right, [...dict.values()]) : null;
    }
    case 'filter': {
      const list = find(node.left, value);
      if (!Array.isArray(list)) return null;
      return project(
        node.right,
        list.filter(item => !isFalse(find(node.condition, item))),
      );
    }
    case 'or': {
      const left = find(node.left, value);
      return isFalse(left) ? find(node.right, value) : left;
    }
    case 'and': {
      const left = find(node.left, value);
      return isFalse(left) ? left : find(node.right, value);
    }
    case 'not': {
      const left = find(node.left, value);
      return isFalse(left) || (left instanceof Float && left.value === 0);
    }
    case 'compare':
      return compared(node.operator, find(node.left, value), find(node.right, value));
    case 'list':
      return value === null ? null : node.items.map(item => find(item, value));
    case 'dict':
      return value === null ? null : new Map(node.entries.map(([key, item]) => [key, find(item, value)]));
    case 'reference':
      return new Reference(item => find(node.left, item));
    case 'call':
      return callFunction(
        node.name,
        node.args.map(arg => find(arg, value)),
      );
  }
}

function project(right: Node, list: readonly unknown[]): unknown[] {
  spend(list.length);
  return list.map(item => find(right, item)).filter(item => item !== null);
}

function isFalse(value: unknown): boolean {
  if (value === null || value === false || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  if (value instanceof Secret) return value.content === '';
  return value instanceof Map && value.size === 0;
}

function compared(operator: Comparator, left: unknown, right: unknown): boolean | null {
  if (operator === '==') return same(left, right);
  if (operator === '!=') return !same(left, right);
  if (!isOrdered(left) || !isOrdered(right)) return null;
  if (typeOf(left) !== typeOf(right)) throw new Fault(`'${operator}' cannot compare a number with text`);
  const order = compare(left, right);
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

function isOrdered(value: unknown): boolean {
  return typeOf(value) === 'number' || typeOf(value) === 'string';
}

/** As Python's, but a boolean is no number. */
function same(left: unknown, right: unknown): boolean {
  if (typeof left === 'boolean' && (isInteger(right) || right instanceof Float)) return false;
  if (typeof right === 'boolean' && (isInteger(left) || left instanceof Float)) return false;
  return equal(left, right);
}
