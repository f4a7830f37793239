import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../src/core/error.ts';
import { Secret } from '../../src/core/secret.ts';
import { type Raw, type RawDict, TemplateText } from '../../src/core/value.ts';
import { readJson } from '../../src/template/filters/json.ts';
import { OMIT, toRepr } from '../../src/template/index.ts';
import type { RenderOptions } from '../../src/template/types.ts';
import { CASES, templarWith } from './surroundings.ts';

/** What a template gives: the repr of a value of plain Python types (for `t`: text), or that it is an error. */
export interface Answer {
  out?: string;
  error?: string;
}

/** An input with the answer of ansible-core's template engine, which test/oracle/templates asks. One of e, w, v, t. */
export interface TemplateCase extends Answer {
  /** A bare expression. */
  e?: string;
  /** A condition (`when`); the answer is its truth. */
  w?: string;
  /** A value as a playbook has it, with a template somewhere in it. */
  v?: unknown;
  /** The text of a template file. */
  t?: string;
  /** Variables of a playbook, beside those of `variables.json`: their texts are templates. */
  vars?: Record<string, unknown>;
  /** The template module's options, by their Ansible names; only with `t`. */
  options?: Record<string, string | boolean>;
  /** Our answer, where it differs from the oracle's on purpose, and why; `error` for an error. */
  ours?: string;
  why?: string;
}

export function caseFiles(): string[] {
  return readdirSync(CASES).filter(name => name.endsWith('.jsonl'));
}

export function readCases(file: string): TemplateCase[] {
  const lines = readFileSync(join(CASES, file), 'utf8').split('\n');
  return lines.filter(line => line !== '').map(line => JSON.parse(line) as TemplateCase);
}

export function caseTitle(one: TemplateCase): string {
  return (one.e ?? one.w ?? one.t ?? JSON.stringify(one.v)).replaceAll('\n', '⏎');
}

/** The answer that is wanted of us. */
export function wantedAnswer(one: TemplateCase): Answer {
  if (one.ours === undefined) return one.error === undefined ? { out: one.out! } : { error: one.error };
  return one.ours === 'error' ? { error: '' } : { out: one.ours };
}

/** Our answer. Anything thrown that is not meant for users is thrown on. */
export function ourAnswer(one: TemplateCase, variables: RawDict): Answer {
  try {
    return { out: render(one, variables) };
  } catch (error) {
    if (error instanceof UserError) return { error: error.message };
    throw error;
  }
}

function render(one: TemplateCase, known: RawDict): string {
  const variables = new Map(known as ReadonlyMap<string, Raw>);
  for (const [name, value] of asDict(one.vars)) variables.set(name as string, trusted(value));
  const templar = templarWith(variables as RawDict);
  if (one.e !== undefined) return toRepr(templar.evaluate(one.e));
  if (one.w !== undefined) return templar.holds(new TemplateText(one.w, undefined)) ? 'True' : 'False';
  if (one.t === undefined) {
    const value: unknown = templar.render(trusted(readJson(JSON.stringify(one.v))));
    // Where nothing is around it that it could be left out of, Ansible calls it a mistake; ours is its user's to tell.
    if (value === OMIT) throw new UserError('omit is no value');
    return toRepr(value);
  }
  const text = templar.renderText(new TemplateText(one.t, undefined), optionsOf(one));
  return text instanceof Secret ? 'SECRET' : text;
}

function asDict(vars: TemplateCase['vars']): ReadonlyMap<unknown, unknown> {
  return vars === undefined ? new Map() : (readJson(JSON.stringify(vars)) as ReadonlyMap<unknown, unknown>);
}

/** As the loader takes a playbook's values: texts in them are templates. */
export function trusted(value: unknown): Raw {
  if (typeof value === 'string') return new TemplateText(value, undefined);
  if (Array.isArray(value)) return value.map(trusted) as Raw;
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, trusted(item)])) as Raw;
  return value as Raw;
}

const OPTIONS: Readonly<Record<string, keyof RenderOptions>> = {
  trim_blocks: 'trimBlocks',
  lstrip_blocks: 'lstripBlocks',
  newline_sequence: 'newlineSequence',
  block_start_string: 'blockStart',
  block_end_string: 'blockEnd',
  variable_start_string: 'variableStart',
  variable_end_string: 'variableEnd',
  comment_start_string: 'commentStart',
  comment_end_string: 'commentEnd',
};

export function optionsOf(one: Pick<TemplateCase, 'options'>): RenderOptions {
  return Object.fromEntries(
    Object.entries(one.options ?? {}).map(([name, value]) => [OPTIONS[name] ?? name, value]),
  );
}
