import { UserError } from '../core/error.ts';
import { positionOf } from '../core/position.ts';
import { withoutPieces } from '../core/secret-pieces.ts';
import type { Dict, RawDict, Value } from '../core/value.ts';
import { UnknownValue } from '../core/value.ts';
import {
  type Acted,
  type AnyState,
  isActModule,
  type Module,
  type ModuleContext,
} from '../modules/define.ts';
import { Failure, ParameterFailure } from '../modules/failure.ts';
import type { HostAccess } from '../modules/host/access.ts';
import type { Difference, Target } from '../modules/kind.ts';
import { type Infer, readParameters, type Schema } from '../modules/parameters.ts';

/** What a module did on one host, or would do. */
export interface ModuleOutcome {
  /** `unknown`: a check run cannot tell what a real run would do; `message` says why. */
  readonly status: 'ok' | 'changed' | 'failed' | 'skipped' | 'unknown';
  readonly message?: string;
  readonly hint?: string;
  readonly differences: readonly Difference[];
  /** What `register` sees besides the common keys. */
  readonly result: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
  readonly facts?: Dict;
}

/**
 * Runs one module with rendered arguments: asks, compares, and, unless it is a check run, brings about what
 * differs. A check run and a real run take the same way up to the comparison, so they cannot disagree.
 *
 * @param places the arguments as loaded, whose positions errors point to
 */
export async function runModule(
  module: Module,
  args: ReadonlyMap<Value, Value>,
  host: HostAccess,
  context: ModuleContext,
  places: RawDict,
): Promise<ModuleOutcome> {
  const [name] = module.names;
  const { values } = readParameters(name, module.parameters, module.constraints ?? [], args, places);
  try {
    if (isActModule(module)) {
      if (!context.check)
        return fromActed(await actAndForget(() => module.act(host, values, context), module, host));
      const foreseen = await module.foresee(host, values, context);
      if (foreseen !== 'unknown') return fromActed(foreseen);
      const reason = `${name} was not run`;
      host.memory.clouded(reason);
      return unknown(reason);
    }
    return await bringAbout(module, values, host, context);
  } catch (thrown) {
    const error = withoutPieces(thrown, args.values());
    if (error instanceof UnknownValue) {
      // What it would change is not known either, so later tasks may find other things than are there now.
      if (context.check && !module.readOnly) host.memory.clouded(`${name} was not run`);
      return unknown(error.message);
    }
    if (!(error instanceof Failure)) throw error;
    const { cloud } = host.memory;
    if (context.check && cloud !== undefined)
      return unknown(`${error.message} (it may be otherwise: ${cloud})`);
    if (error instanceof ParameterFailure) {
      const { aliases } = module.parameters[error.parameter]!;
      const given = [error.parameter, ...aliases].find(word => places.has(word));
      const position = given === undefined ? undefined : positionOf(places, given);
      throw new UserError(error.message, { position, hint: error.hint });
    }
    return {
      status: 'failed',
      message: error.message,
      hint: error.hint,
      differences: [],
      result: error.data,
      warnings: [],
    };
  }
}

/** Reads ahead what the module will ask, so that the answers of many tasks travel together. Never throws. */
export async function readAhead(
  module: Module,
  args: ReadonlyMap<Value, Value>,
  host: HostAccess,
  context: ModuleContext,
  places: RawDict,
): Promise<void> {
  if (isActModule(module)) return;
  try {
    const { values } = readParameters(
      module.names[0],
      module.parameters,
      module.constraints ?? [],
      args,
      places,
    );
    await module.probe(host, values, context);
  } catch {
    // Whatever is wrong is found again, and reported, when it is the task's turn.
  }
}

async function bringAbout(
  module: AnyState,
  values: Infer<Schema>,
  host: HostAccess,
  context: ModuleContext,
): Promise<ModuleOutcome> {
  if (module.prepare && !context.check && (await module.prepare(host, values, context))) host.memory.forget();
  const now = await module.probe(host, values, context);
  const wanted = module.want(now, values, context);
  const { targets, message, warnings = [] } = wanted;
  let { result = {} } = wanted;
  const differing: [Target, readonly Difference[]][] = targets
    .map(target => [target, target.differences()] as [Target, readonly Difference[]])
    .filter(([, differences]) => differences.length > 0);
  const { cloud } = host.memory;
  if (
    context.check &&
    cloud !== undefined &&
    differing.length === 0 &&
    targets.some(target => target.missing)
  ) {
    return unknown(`what should not be there is not there now, and may be by then: ${cloud}`);
  }
  for (const [target] of differing) {
    if (context.check) {
      await target.rehearse(host);
      target.foresee(host.memory);
    } else {
      try {
        await target.apply(host);
      } finally {
        host.memory.forget();
      }
    }
  }
  if (differing.length > 0 && !context.check && wanted.resultAfter) {
    result = { ...result, ...(await wanted.resultAfter(host)) };
  }
  const facts = module.factsFrom === undefined ? undefined : (result[module.factsFrom] as Dict);
  return {
    status: differing.length > 0 ? 'changed' : 'ok',
    message,
    differences: differing.flatMap(([, differences]) => differences),
    result,
    warnings,
    ...(facts && { facts }),
  };
}

async function actAndForget(act: () => Promise<Acted>, module: Module, host: HostAccess): Promise<Acted> {
  try {
    return await act();
  } finally {
    if (!module.readOnly) host.memory.forget();
  }
}

function fromActed(acted: Acted): ModuleOutcome {
  return {
    status: acted.failed ? 'failed' : acted.skipped ? 'skipped' : acted.changed ? 'changed' : 'ok',
    message: acted.message,
    differences: [],
    result: acted.result ?? {},
    warnings: acted.warnings ?? [],
    ...(acted.facts && { facts: acted.facts }),
  };
}

function unknown(reason: string): ModuleOutcome {
  return { status: 'unknown', message: reason, differences: [], result: {}, warnings: [] };
}
