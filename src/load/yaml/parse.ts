import { Source } from '../../core/position.ts';
import type { Raw } from '../../core/value.ts';
import { type LoadContext, QUIET } from '../context.ts';
import { readSource } from '../files.ts';
import { buildDocuments } from './build.ts';
import { readEvents } from './events.ts';

export interface YamlFile {
  readonly source: Source;
  /** Every document of the file; none for an empty file. */
  readonly documents: readonly Raw[];
}

/**
 * Loads a YAML or JSON file, opened when it is a vault; null when there is no such file.
 *
 * @param text what stands in the file, where it was read before
 */
export function loadYamlFile(file: string, context: LoadContext, text?: string): YamlFile | null {
  const source = readSource(file, context, text);
  return source && { source, documents: parseYaml(source, context) };
}

/** All documents of a YAML text; JSON is read by JSON's own rules (`1e3` is a number there). */
export function parseYaml(source: Source, context: LoadContext = QUIET): Raw[] {
  return buildDocuments(readEvents(source), source, context, isJson(source.text));
}

/** The one document of a text that did not come from a file, such as a `-e` value; `name` stands for the file. */
export function parseYamlText(text: string, name: string, context: LoadContext = QUIET): Raw {
  return parseYaml(new Source(name, text), context)[0] ?? null;
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
