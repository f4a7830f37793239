/**
 * What the host said, before anything is made of it: the lines of files, which all came through one process,
 * and the outputs of a few commands. Everything in it is the host's word and nothing more.
 */
export class RawFacts {
  readonly #files = new Map<string, string[]>();
  readonly #outputs = new Map<string, string>();

  /**
   * @param marker what introduces each section; no host can know it beforehand
   */
  constructor(text: string, marker: string) {
    const sections = text.split(`\n${marker} `);
    for (const section of sections.slice(1)) {
      const end = section.indexOf('\n');
      const name = section.slice(0, end);
      const content = section.slice(end + 1);
      if (name === 'files') this.#readFiles(content);
      else this.#outputs.set(name, content);
    }
  }

  /** A file's lines; undefined when there is none (or it is empty, or may not be read). */
  lines(path: string): readonly string[] | undefined {
    return this.#files.get(path);
  }

  /** A file's text without the last end of line. */
  text(path: string): string | undefined {
    return this.#files.get(path)?.join('\n');
  }

  /** The first line of a file, without spaces around it. */
  line(path: string): string | undefined {
    return this.#files.get(path)?.[0]?.trim();
  }

  /** The files whose whole path matches, with what matched. */
  matching(pattern: RegExp): { readonly path: string; readonly match: RegExpExecArray }[] {
    return [...this.#files.keys()].flatMap(path => {
      const match = pattern.exec(path);
      return match ? [{ path, match }] : [];
    });
  }

  output(name: string): string {
    return this.#outputs.get(name) ?? '';
  }

  /** Sections whose names begin so, without that beginning. */
  outputs(prefix: string): readonly (readonly [name: string, output: string])[] {
    return [...this.#outputs].flatMap(([name, output]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), output] as const] : [],
    );
  }

  /** The words that a section's script said, one a line. */
  has(name: string, word: string): boolean {
    return this.output(name).split('\n').includes(word);
  }

  #readFiles(content: string): void {
    for (const line of content.split('\n')) {
      // No path that is asked for has a colon in it.
      const colon = line.indexOf(':');
      if (colon === -1 || !line.startsWith('/')) continue;
      const path = line.slice(0, colon);
      const lines = this.#files.get(path);
      if (lines) lines.push(line.slice(colon + 1));
      else this.#files.set(path, [line.slice(colon + 1)]);
    }
  }
}
