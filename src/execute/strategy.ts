import { didYouMean, UserError } from '../core/error.ts';
import type { Position } from '../core/position.ts';
import type { Value } from '../core/value.ts';

const STRATEGIES = ['linear', 'free', 'host_pinned'];

/** The strategy that a name means: `linear` or `free`. */
export function strategyOf(value: Value, position: Position): string {
  const name = String(value).replace(/^ansible\.builtin\./, '');
  // Mitogen's strategies are the plain ones by another engine.
  const plain = name.replace(/^mitogen_/, '');
  if (STRATEGIES.includes(plain)) return plain === 'host_pinned' ? 'free' : plain;
  throw new UserError(`unknown strategy "${name}"`, {
    position,
    hint: didYouMean(name, STRATEGIES) ?? `one of: ${STRATEGIES.join(', ')}`,
  });
}
