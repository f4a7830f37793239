import type { Event, TaskInfo } from '../core/event.ts';
import type { Position } from '../core/position.ts';
import { redact, Secret } from '../core/secret.ts';
import { Float, isDict, isList, keyText, Unknown, type Value } from '../core/value.ts';
import type { Report, Sink } from './sink.ts';

/** One event a line, as docs/events.md describes them; secrets are stars. */
export function jsonReport(sink: Sink): Report {
  return {
    on: event => sink.write(`${JSON.stringify(harmless(described(event)))}\n`),
    close: () => {},
  };
}

/** The version of the schema; raised when a field changes its meaning or goes away. */
export const EVENT_SCHEMA = 1;

function described(event: Event): Record<string, unknown> {
  const plain: Record<string, unknown> = { ...event };
  if (event.type === 'run-start') {
    plain.schema = EVENT_SCHEMA;
    plain.time = new Date(event.time).toISOString();
  }
  if ('task' in event) plain.task = describedTask(event.task);
  if ('hidden' in event && event.hidden) hide(plain);
  if ('position' in event) plain.position = place(event.position);
  for (const [key, value] of Object.entries(plain)) {
    if (typeof value === 'number' && !Number.isInteger(value)) plain[key] = Math.round(value * 10) / 10;
  }
  return plain;
}

function describedTask(task: TaskInfo): Record<string, unknown> {
  return { ...task, position: place(task.position) };
}

/** `no_log`: that something happened is told, and nothing of what. */
function hide(event: Record<string, unknown>): void {
  for (const key of ['message', 'hint', 'show', 'label']) {
    if (event[key] !== undefined) event[key] = 'hidden by no_log';
  }
  if ('result' in event) event.result = {};
  for (const key of ['differences', 'warnings', 'deprecations']) {
    if (event[key] !== undefined) event[key] = [];
  }
}

function place(position: Position | undefined): object | undefined {
  return position && { file: position.source.file, line: position.line, column: position.column };
}

/** Any data as JSON has it, with secrets taken out of every text. */
function harmless(data: unknown): unknown {
  if (typeof data === 'string') return redact(data);
  if (typeof data === 'number' || typeof data === 'bigint') return number(data);
  if (data instanceof Secret) return data.toJSON();
  if (data instanceof Float) return number(data.value);
  if (data instanceof Unknown) return null;
  if (isList(data)) return (data as readonly unknown[]).map(harmless);
  if (isDict(data)) return dict(data as ReadonlyMap<Value, Value>);
  if (typeof data === 'object' && data !== null) return own(data);
  return data;
}

/** A number may be a secret's digits. */
function number(value: number | bigint): unknown {
  const text = String(value);
  const shown = redact(text);
  return shown === text ? Number(value) : shown;
}

function dict(data: ReadonlyMap<Value, Value>): Record<string, unknown> {
  const object = empty();
  for (const [key, item] of data) object[redact(keyText(key))] = harmless(item);
  return object;
}

/** What the schema itself says (names of fields, states, counts) is the same whatever a secret is. */
const WORDS = new Set(['type', 'status', 'state', 'level', 'time']);

function own(data: object): Record<string, unknown> {
  const object = empty();
  for (const [key, item] of Object.entries(data)) {
    object[key] = typeof item === 'number' || WORDS.has(key) ? item : harmless(item);
  }
  return object;
}

/** A null prototype, so that a key such as __proto__ is data like any other. */
function empty(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>;
}
