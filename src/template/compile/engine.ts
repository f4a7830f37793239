import type { Secret } from '../../core/secret.ts';
import type { TemplateText } from '../../core/value.ts';
import type { Filter } from '../filters/filter.ts';
import type { LexerOptions } from '../grammar/lexer.ts';
import type { At, Expression } from '../grammar/nodes.ts';
import type { CallArguments } from '../python/values.ts';
import type { Test } from '../tests/test.ts';
import type { Surroundings } from '../types.ts';
import type { Loaded } from './loaded.ts';

/** What compiled templates, filters, tests and lookups need of the templar that renders them. */
export interface Engine {
  readonly surroundings: Surroundings;
  /** A value that can be looked at: a nested template is rendered, a sealed secret opened; containers stay. */
  settle(value: unknown): unknown;
  /** A value with everything in it settled, at any depth; undefined and unknown ones in it stay as they are. */
  whole(value: unknown): unknown;
  /** A value as `{{ }}` prints it (tuples as lists); a Secret when there is one in it. */
  printed(value: unknown): string | Secret;
  /** Python's str() of a value; a Secret when there is one in it. */
  text(value: unknown): string | Secret;
  /** A global function or variable of Jinja2's or Ansible's. */
  global(name: string): unknown;
  /** A variable of the scope; JavaScript's undefined when there is none. */
  variable(name: string): unknown;
  variableNames(): Iterable<string>;
  /** "did you mean" for a variable that does not exist. */
  nearestName(name: string): string | undefined;
  /** `value.name` or `value[name]`; `node` is where it stands, for an error that names it. */
  reach(value: unknown, key: unknown, isAttribute: boolean, node?: Expression): unknown;
  /** Runs a filter on arguments that are already bound to its parameters. */
  applyFilter(filter: Filter, args: unknown[]): unknown;
  /** Whether a test holds, or something undefined that it was asked about. */
  applyTest(test: Test, args: unknown[]): unknown;
  /** A filter or test by name, as `map` and `select` call them. */
  filter(name: string, args: CallArguments): unknown;
  test(name: string, args: CallArguments): boolean;
  call(callee: unknown, args: CallArguments): unknown;
  callMethod(target: unknown, name: string, args: CallArguments, node?: Expression): unknown;
  /** The container that a template may change in place of this one. */
  changeable(container: object): object;
  /** The changed container that stands for this one, if there is one. */
  current<T>(value: T): T;
  /** The value of a template that stands in a string literal of another template, at `at`. */
  embedded(text: string, inside: TemplateText, at: At): unknown;
  /** Renders a template file, which sees `more` in front of the scope's variables. */
  renderUserText(template: TemplateText, more: ReadonlyMap<string, unknown>, options: LexerOptions): unknown;
  /** A template that is included, imported or extended by the one in the file `from`. */
  loadTemplate(name: string, from: string | undefined): Loaded | undefined;
  /** Counts a turn of a loop; a template that never ends is stopped here. */
  tick(): void;
}
