/** From files to validated data with positions: inventories, playbooks, roles, variables, settings. */
export { type LoadContext, type Opener, QUIET } from './context.ts';
export { parseExtraVars } from './extra-vars.ts';
export { displayPath, fileOf, isVault, readSource } from './files.ts';
export { type InventoryOptions, loadInventory } from './inventory/index.ts';
export type { PlaybookContext } from './playbook/context.ts';
export { includeRole, includeTasks } from './playbook/includes.ts';
export { loadPlaybook } from './playbook/playbook.ts';
export { type CommentedKey, isKeyText, keysInFile, keysInText } from './recipients/key-text.ts';
export { readPathPattern } from './recipients/path-pattern.ts';
export {
  distinctRecipients,
  findRulesFile,
  loadRecipientRules,
  type RecipientRule,
  type RecipientRules,
  readRecipientRules,
} from './recipients/rules.ts';
export { byAnsiblesNames } from './settings/ansible-names.ts';
export { loadSettings, type Settings } from './settings/index.ts';
export { findVarsFiles, loadVarsFile } from './vars-files.ts';
export { loadYamlFile, parseYaml, parseYamlText, type YamlFile } from './yaml/parse.ts';
