import { Command } from 'commander';
import { collect, collectWords, count, joinPatterns, positiveInteger } from './option-values.ts';
import type { PlayOptions } from './play-options.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from './vault/password-options.ts';

export function playCommand(): Command {
  const command = new Command('play')
    .summary('run playbooks against the hosts of an inventory')
    .description(
      'Runs playbooks against the hosts of an inventory.\n\n' +
        'A playbook named without a folder is also looked for in playbooks/, and ./inventory is used when no\n' +
        'inventory is named, so that in a project this is enough: tsible play site.yml -l web_servers',
    )
    .argument('<PLAYBOOK...>', 'playbook files')
    .usage('[OPTIONS] PLAYBOOK...');
  command
    .optionsGroup('Which hosts and tasks:')
    .option('-i, --inventory <PATH>', 'inventory file, folder or "host1,host2," (may be repeated)', collect)
    .option('-l, --limit <PATTERN>', 'only the hosts of this pattern', joinPatterns)
    .option('-t, --tags <TAGS>', 'only tasks with one of these tags', collectWords)
    .option('--skip-tags <TAGS>', 'no tasks with one of these tags', collectWords)
    .optionsGroup('What happens:')
    .option('-C, --check', 'say what would change, and change nothing')
    .option('-D, --diff', 'show the differences in files and settings')
    .option(
      '-e, --extra-vars <VARS>',
      'variables over all others: k=v, JSON, YAML or @FILE (may be repeated)',
      collect,
    )
    .option('-f, --forks <NUMBER>', 'hosts worked on at the same time (default: 50)', positiveInteger)
    .optionsGroup('How hosts are reached:')
    .option('-u, --user <NAME>', 'log in as this user')
    .option('-k, --ask-pass', 'ask for the login password')
    .option('--private-key, --key-file <FILE>', 'log in with this private key')
    .option('-b, --become', 'run tasks as another user (root unless said otherwise)')
    .option('--become-user <NAME>', 'which user tasks run as')
    .option('-K, --ask-become-pass', 'ask for the password that becoming another user needs');
  addVaultPasswordOptions(command.optionsGroup('Encrypted values:'));
  command
    .optionsGroup('What is shown:')
    .option('-v, --verbose', 'more: -v results, -vv where tasks stand, -vvv connections, -vvvv all', count)
    .option('--json', 'one event a line as JSON, instead of text')
    .option('--list-hosts', 'only list the hosts that would be worked on')
    .option('--list-tasks', 'only list the tasks that would be run')
    .option('--list-tags', 'only list the tags there are')
    .option('--syntax-check', 'only check that everything can be read')
    .helpOption('-h, --help', 'print this help')
    .action(async (playbooks: string[], flags: PlayFlags) => {
      const { runPlay } = await import('./run-play.ts');
      process.exitCode = await runPlay(playOptions(playbooks, flags));
    });
  return command;
}

interface PlayFlags extends VaultPasswordFlags {
  inventory?: string[];
  limit?: string;
  tags?: string[];
  skipTags?: string[];
  check?: true;
  diff?: true;
  extraVars?: string[];
  forks?: number;
  user?: string;
  askPass?: true;
  keyFile?: string;
  become?: true;
  becomeUser?: string;
  askBecomePass?: true;
  verbose?: number;
  json?: true;
  listHosts?: true;
  listTasks?: true;
  listTags?: true;
  syntaxCheck?: true;
}

function playOptions(playbooks: string[], flags: PlayFlags): PlayOptions {
  return {
    playbooks,
    inventory: flags.inventory ?? [],
    limit: flags.limit,
    user: flags.user,
    become: flags.become,
    becomeUser: flags.becomeUser,
    askPass: flags.askPass === true,
    askBecomePass: flags.askBecomePass === true,
    check: flags.check === true,
    diff: flags.diff,
    extraVars: flags.extraVars ?? [],
    tags: flags.tags ?? [],
    skipTags: flags.skipTags ?? [],
    forks: flags.forks,
    verbosity: flags.verbose ?? 0,
    privateKey: flags.keyFile,
    vault: flags,
    listHosts: flags.listHosts === true,
    listTasks: flags.listTasks === true,
    listTags: flags.listTags === true,
    syntaxCheck: flags.syntaxCheck === true,
    json: flags.json === true,
  };
}
