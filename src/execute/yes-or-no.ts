import type { Position } from '../core/position.ts';
import { Secret } from '../core/secret.ts';
import { type Raw, TemplateText } from '../core/value.ts';
import type { Templar } from '../template/types.ts';

/**
 * What a directive or connection variable says that is either yes or no. Those from INI inventories and from
 * `-e k=v` are words (`ansible_become=yes`), not expressions as those of `when` are.
 */
export function yesOrNo(templar: Templar, raw: Raw, position?: Position): boolean {
  const given = raw instanceof TemplateText ? templar.render(raw) : raw;
  const value = given instanceof Secret ? given.reveal() : given;
  if (value === null) return false;
  // Here braces are what is wanted: no word about them, as there is for `when`.
  if (typeof value === 'boolean' || typeof value === 'number') return value !== false && value !== 0;
  const word = typeof value === 'string' ? WORDS.get(value.trim().toLowerCase()) : undefined;
  return word ?? templar.holds(raw, position);
}

const WORDS = new Map([
  ...['yes', 'y', 'on', 'true', 't', '1'].map(word => [word, true] as const),
  ...['no', 'n', 'off', 'false', 'f', '0', ''].map(word => [word, false] as const),
]);
