import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSession } from '../../src/connection/open.ts';
import type { Endpoint, Session } from '../../src/connection/types.ts';
import { fromJson, type Value } from '../../src/core/value.ts';
import { type ModuleOutcome, runModule } from '../../src/execute/run-module.ts';
import { HostAccess } from '../../src/modules/host/access.ts';
import { Memory } from '../../src/modules/host/memory.ts';
import { findModule } from '../../src/modules/index.ts';
import type { Case, CaseTask } from '../harness/case.ts';
import { contextsOf } from '../harness/controller.ts';

/** This machine as a host, for modules that only touch files in a scratch folder. */
export class LocalHost {
  readonly folder = mkdtempSync(join(tmpdir(), 'tsible-files-'));
  readonly #session: Promise<Session>;
  /** Scripts that were sent, to count what a task costs. */
  readonly asked: string[] = [];

  constructor() {
    const endpoint: Endpoint = {
      name: 'localhost',
      transport: 'local',
      address: 'localhost',
      hostKeyChecking: 'no',
      knownHostsFiles: [],
      connectTimeout: 10_000,
      sshArgs: [],
      shell: process.env.TEST_SHELL ?? '/bin/sh',
    };
    this.#session = openSession(endpoint).then(session => {
      const ask = session.ask.bind(session);
      session.ask = (script, options) => {
        this.asked.push(script.text);
        return ask(script, options);
      };
      return session;
    });
  }

  async run(
    module: string,
    args: Record<string, unknown>,
    options: { check?: boolean; memory?: Memory; files?: Record<string, string> } = {},
  ): Promise<ModuleOutcome> {
    const session = await this.#session;
    const named = new Map<Value, Value>(Object.entries(args).map(([key, value]) => [key, fromJson(value)]));
    const fake = { files: options.files ?? {}, vars: new Map() } as unknown as Case;
    const context = contextsOf(fake)(
      { environment: new Map() } as unknown as CaseTask,
      options.check === true,
    );
    const access = new HostAccess(session, undefined, options.memory ?? new Memory());
    return runModule(findModule(module)!, named, access, context, new Map());
  }

  async close(): Promise<void> {
    await (await this.#session).close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
