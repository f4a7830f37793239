export function bundle(parts: Readonly<Record<string, string>>, folder: string): Promise<void>;
