/** Where one frame's share of a stream goes. */
export interface FrameSink {
  readonly marker: Buffer;
  /** Bytes between records. */
  data(chunk: Buffer): void;
  /** `marker`, then a letter, then a payload up to ";". True: this was the frame's last record here. */
  record(kind: string, payload: string): boolean;
}

/** A record's payload is a line of /proc/…/stat at most. */
const LONGEST_PAYLOAD = 1024;

/**
 * Takes one stream from a shell apart into the frames that were asked for. A frame's marker is random and
 * known to nobody before it is printed, so whatever a command prints, it is never taken for a record.
 */
export class RecordScanner {
  readonly #sinks: FrameSink[] = [];
  /** Bytes that may be the beginning of a marker or of an unfinished record. */
  #held: Buffer = Buffer.alloc(0);

  expect(sink: FrameSink): void {
    this.#sinks.push(sink);
  }

  push(chunk: Buffer): void {
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = rest.subarray(rest.length);
    for (;;) {
      const sink = this.#sinks[0];
      // After the last frame asked for, only leftovers of a background child can come: dropped.
      if (!sink) return;
      const at = rest.indexOf(sink.marker);
      if (at === -1) {
        const keep = possibleStart(rest, sink.marker);
        if (keep < rest.length) emit(sink, rest.subarray(0, rest.length - keep));
        this.#hold(rest.subarray(rest.length - keep));
        return;
      }
      const start = at + sink.marker.length;
      const end = rest.indexOf(0x3b, start);
      if (end === -1 && rest.length - start <= LONGEST_PAYLOAD) {
        if (at > 0) emit(sink, rest.subarray(0, at));
        this.#hold(rest.subarray(at));
        return;
      }
      if (at > 0) emit(sink, rest.subarray(0, at));
      const body = rest.toString('latin1', start, end === -1 ? start + LONGEST_PAYLOAD : end);
      if (sink.record(body.slice(0, 1), body.slice(1))) this.#sinks.shift();
      rest = end === -1 ? rest.subarray(rest.length) : rest.subarray(end + 1);
      if (rest.length === 0) return;
    }
  }

  /** The stream ended: bytes held back were data after all. */
  end(): void {
    const sink = this.#sinks[0];
    if (sink && this.#held.length > 0) emit(sink, this.#held);
    this.#held = Buffer.alloc(0);
  }

  #hold(bytes: Buffer): void {
    // A copy: holding a few bytes must not keep a whole network chunk in memory.
    this.#held = bytes.length === 0 ? bytes : Buffer.from(bytes);
  }
}

function emit(sink: FrameSink, chunk: Buffer): void {
  sink.data(chunk);
}

/** How many of the last bytes could be the beginning of the marker. */
function possibleStart(bytes: Buffer, marker: Buffer): number {
  const first = marker[0]!;
  let from = Math.max(0, bytes.length - marker.length + 1);
  for (;;) {
    from = bytes.indexOf(first, from);
    if (from === -1) return 0;
    const length = bytes.length - from;
    if (bytes.compare(marker, 0, length, from) === 0) return length;
    from++;
  }
}
