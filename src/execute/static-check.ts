import { didYouMean, UserError } from '../core/error.ts';
import { type Block, type Loop, levels, type Play, type Step, type Task } from '../core/play.ts';
import { type Position, positionOf } from '../core/position.ts';
import {
  isDict,
  isList,
  LazyDict,
  type Raw,
  type RawDict,
  Sealed,
  TemplateText,
  type Value,
} from '../core/value.ts';
import { findModule, moduleNames } from '../modules/index.ts';
import { checkParameters, type Schema } from '../modules/parameters.ts';
import { checkExpression, checkSyntax, findLookup, lookupNames } from '../template/index.ts';
import { actionNames, findAction } from './actions/index.ts';
import { isInclude } from './include.ts';
import { searchFolders, searchPath } from './local-files.ts';
import { isMeta, metaKind } from './meta.ts';
import { unknownHandlers } from './notified-names.ts';
import type { RuntimeLoader } from './run.ts';
import { strategyOf } from './strategy.ts';
import { fileIn, readOpenly, templateFileFaults } from './template-files.ts';
import { varsFileAt } from './vars-files.ts';

/** Loops that are no lookups. */
const OWN_LOOPS = ['loop', 'items', 'list'];
const BUILT_IN = ['meta', 'include_tasks', 'include_role', 'import_tasks', 'import_role'];

/**
 * Everything that can be said about plays without touching a host: unknown modules, unknown, missing and
 * wrong parameters, templates that cannot be read. All faults, in the order of the files.
 */
export function checkPlays(plays: readonly Play[], loader: RuntimeLoader): UserError[] {
  const checker = new Checker(loader);
  for (const play of plays) checker.play(play);
  return checker.faults;
}

class Checker {
  readonly faults: UserError[] = [];
  #play!: Play;
  /** Included files being looked at, outermost first. */
  readonly #files: string[] = [];
  readonly #seen = new Set<unknown>();

  constructor(private readonly loader: RuntimeLoader) {}

  play(play: Play): void {
    this.#play = play;
    this.#level(play);
    const { strategy } = play;
    if (typeof strategy === 'string') this.#attempt(() => strategyOf(strategy, play.position));
    for (const entry of play.varsFiles) this.#varsFile(entry, play.folder);
    this.#steps(play.preTasks);
    this.#steps(play.roles);
    this.#steps(play.tasks);
    this.#steps(play.postTasks);
    this.#steps(play.handlers);
    this.faults.push(...unknownHandlers(play));
  }

  #steps(steps: readonly Step[]): void {
    for (const step of steps) {
      if (step.kind === 'block') this.#block(step);
      else this.#task(step);
    }
  }

  #block(block: Block): void {
    this.#level(block);
    if (block.role) {
      this.#templates(block.role.params);
      this.#templates(block.role.role.defaults);
      this.#templates(block.role.role.vars);
      this.#steps(block.role.handlers);
    }
    this.#steps(block.tasks);
    this.#steps(block.rescue);
    this.#steps(block.always);
  }

  #task(task: Task): void {
    if (this.#seen.has(task)) return;
    this.#seen.add(task);
    this.#level(task);
    this.#attempt(() => this.#arguments(task));
    for (const key of ['changedWhen', 'failedWhen', 'until'] as const)
      this.#conditions(task[key], task.position);
    if (task.loop) this.#loop(task.loop);
    for (const raw of [task.retries, task.delay, task.loop?.control.label])
      if (raw !== undefined) this.#templates(raw);
  }

  #loop(loop: Loop): void {
    this.#templates(loop.value);
    const { lookup, keyword } = loop;
    if (OWN_LOOPS.includes(lookup) || findLookup(lookup)) return;
    const known = [...lookupNames(), ...OWN_LOOPS].map(name => `with_${name}`);
    const hint = didYouMean(`with_${lookup}`, known);
    this.faults.push(new UserError(`there is no lookup '${lookup}'`, { position: keyword, hint }));
  }

  /** What every level may say. */
  #level(level: Step | Play): void {
    this.#conditions(level.when, level.position);
    if (level.vars) this.#templates(level.vars);
    for (const raw of level.environment ?? []) this.#templates(raw);
    for (const raw of [level.name, level.become, level.becomeUser, level.delegateTo, level.ignoreErrors]) {
      if (raw !== undefined) this.#templates(raw);
    }
  }

  #arguments(task: Task): void {
    const { action, args } = task;
    if (isMeta(task)) {
      metaKind(task);
      return;
    }
    this.#templates(args.named);
    if (args.free instanceof TemplateText) this.#templates(args.free);
    if (isInclude(task)) {
      this.#included(task);
      return;
    }
    const module = findModule(action);
    if (module) {
      const named = withFree(args.named, module.freeForm, args.free, module.names[0], args.position);
      // Defaults for the module, or parameters in a template, may bring what is missing here.
      const complete = !args.template && !levels(task).some(level => level.moduleDefaults);
      checkParameters(action, module.parameters, named, complete, args.named);
      this.#filesOf(task, named, module.names[0]);
      return;
    }
    const known = findAction(action);
    if (!known) {
      throw new UserError(`unknown module "${action}"`, {
        position: task.position,
        hint:
          didYouMean(action, [...moduleNames(), ...actionNames(), ...BUILT_IN]) ??
          'the docs list the modules there are',
      });
    }
    const named = withFree(args.named, known.freeForm, args.free, known.names[0], args.position);
    for (const name of known.asLoaded ?? []) this.#conditions(listOf(named.get(name)), args.position);
    checkParameters(
      action,
      known.parameters,
      known.open ? only(named, known.parameters) : named,
      !args.template,
    );
    this.#filesOf(task, named, known.names[0]!);
  }

  /**
   * A file that is included by its plain name and whatever happens is looked at now. One that depends on a
   * condition may be for other hosts, and need not even be there.
   */
  #included(task: Task): void {
    const { free } = task.args;
    if (typeof free !== 'string' || isConditional(task)) return;
    const [block, file] = this.loader.tasks(task, free, this.#play);
    // Files that include one another in a circle are found when they are run, where a condition may end it.
    if (this.#files.includes(file)) return;
    this.#files.push(file);
    this.#block(block);
    this.#files.pop();
  }

  /** The file that an entry of `vars_files` means, as long as no variable says which. */
  #varsFile(entry: Raw, folder: string): void {
    for (const name of isList(entry) ? entry : [entry]) {
      if (typeof name !== 'string') return;
      const path = varsFileAt(name, folder);
      if (path === undefined) continue;
      this.#varsIn(path);
      return;
    }
  }

  /** What is sealed stays so until it is used. */
  #varsIn(path: string): void {
    if (this.#seen.has(path) || !readOpenly(path)) return;
    this.#seen.add(path);
    this.#attempt(() => this.#templates(this.loader.vars(path)));
  }

  /** The files that a task names outright. */
  #filesOf(task: Task, named: RawDict, module: string): void {
    const folders = searchFolders(task, this.#play.folder);
    if (module === 'template') {
      for (const fault of templateFileFaults(named, folders, this.#seen)) this.faults.push(fault);
    } else if (module === 'include_vars' && !isConditional(task)) {
      const name = named.get('file');
      const path = typeof name === 'string' ? fileIn(searchPath(folders, 'vars'), name) : undefined;
      if (path !== undefined) this.#varsIn(path);
    }
  }

  #conditions(conditions: readonly Raw[] | undefined, position: Position): void {
    for (const [index, condition] of (conditions ?? []).entries()) {
      const place = positionOf(conditions!, index) ?? position;
      if (typeof condition === 'string') this.#attempt(() => checkExpression(condition, place));
      else if (isList(condition)) this.#conditions(condition, position);
      else if (isDict(condition)) this.faults.push(mappingAsCondition(condition, place));
      else this.#templates(condition);
    }
  }

  #templates(raw: Raw): void {
    if (raw instanceof TemplateText) {
      if (this.#seen.has(raw)) return;
      this.#seen.add(raw);
      this.#attempt(() => checkSyntax(raw));
    } else if (raw instanceof Sealed || raw instanceof LazyDict) return;
    else if (isList(raw)) for (const item of raw as readonly Raw[]) this.#templates(item);
    else if (isDict(raw)) for (const item of (raw as RawDict).values()) this.#templates(item);
  }

  #attempt(check: () => void): void {
    try {
      check();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.faults.push(error);
    }
  }
}

/** It may do nothing on a host, or something else each time. */
function isConditional(task: Task): boolean {
  return task.loop !== undefined || levels(task).some(level => level.when !== undefined);
}

function withFree(
  named: RawDict,
  parameter: string | undefined,
  free: Raw | undefined,
  module: string,
  position: Position,
): RawDict {
  if (free === undefined) return named;
  if (parameter === undefined) {
    throw new UserError(`${module} takes named parameters, not plain text`, { position });
  }
  return new Map<Value, Raw>([[parameter, free], ...named]);
}

function only(args: RawDict, schema: Schema): RawDict {
  const names = new Set(Object.entries(schema).flatMap(([name, { aliases }]) => [name, ...aliases]));
  return new Map([...args].filter(([key]) => names.has(key as string)));
}

/** `- x == "a: b"` without quotes around it all; taken as it is, it would hold always. */
function mappingAsCondition(mapping: object, place: Position): UserError {
  return new UserError('this is a mapping, not a condition', {
    position: positionOf(mapping) ?? place,
    hint: 'a condition with ": " in it goes in quotes as a whole',
  });
}

function listOf(raw: Raw | undefined): readonly Raw[] {
  return raw === undefined ? [] : isList(raw) ? raw : [raw];
}
