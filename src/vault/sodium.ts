type Sodium = typeof import('./libsodium.ts')['libsodium'];

let loaded: Sodium | undefined;

/** Loads libsodium (some 25 ms), which only tsible's own format needs. Safe to call again. */
export async function prepare(): Promise<void> {
  if (loaded) return;
  const { libsodium } = await import('./libsodium.ts');
  await libsodium.ready;
  loaded = libsodium;
}

/** Thrown where an envelope in tsible's format is opened or sealed before `prepare`. */
export class NotPrepared extends Error {
  override readonly name = 'NotPrepared';
}

/** Does `work`, which opens secrets and may be done twice, loading libsodium if it turns out to be needed. */
export async function whenPrepared<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NotPrepared)) throw error;
    await prepare();
    return await work();
  }
}

export function sodium(): Sodium {
  if (!loaded) throw new NotPrepared("tsible's vault format was used before libsodium was loaded");
  return loaded;
}
