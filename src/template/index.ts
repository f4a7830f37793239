/** Jinja2 as Ansible has it: see types.ts for what a templar does. */

export { checkExpression, checkFile, checkSyntax } from './check.ts';
export { UndefinedError } from './error-types.ts';
export { filterNames } from './filters/index.ts';
export { isReadingOption } from './header.ts';
export { findLookup, lookupNames } from './lookups/index.ts';
export { toRepr, toText } from './python/print.ts';
export { OMIT } from './python/values.ts';
export { holdsTemplate } from './reading.ts';
export { type References, references } from './references.ts';
export { createTemplar } from './templar.ts';
export { testNames } from './tests/index.ts';
export { toNiceJson, toNiceYaml } from './written.ts';
