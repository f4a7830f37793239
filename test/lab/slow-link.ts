import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface SlowLinkRequest {
  host: string;
  port: number;
  /** How long each piece of data is held, in each direction: half of the round trip time. */
  delayMs: number;
}

/**
 * A TCP connection's long way round: stands in for a distant, a broken or a dead network where the
 * kernel offers no such thing. It listens on a port of this machine's loopback address.
 */
export class SlowLink {
  private readonly pairs = new Set<Pair>();
  private frozen = false;
  /** Connections made through the link so far. */
  connections = 0;

  private constructor(
    private readonly server: Server,
    private readonly request: SlowLinkRequest,
  ) {}

  static open(request: SlowLinkRequest): Promise<SlowLink> {
    const server = createServer({ noDelay: true, allowHalfOpen: true });
    const link = new SlowLink(server, request);
    server.on('connection', near => link.carry(near));
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => resolve(link));
    });
  }

  readonly address = '127.0.0.1';

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How a known_hosts file names the far end when it is reached through the link. */
  get knownHostsName(): string {
    return `[${this.address}]:${this.port}`;
  }

  /** Breaks all connections at once; both ends see a reset. New ones are still taken. */
  cut(): void {
    for (const pair of this.pairs) pair.reset();
  }

  /** Holds back everything from now on, while connections stay open: what a dead network looks like. */
  freeze(): void {
    this.frozen = true;
    for (const pair of this.pairs) pair.setFrozen(true);
  }

  /** Lets through all that was held back, in its order. */
  thaw(): void {
    this.frozen = false;
    for (const pair of this.pairs) pair.setFrozen(false);
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>(resolve => this.server.close(() => resolve()));
  }

  private carry(near: Socket): void {
    this.connections += 1;
    const far = connect({
      host: this.request.host,
      port: this.request.port,
      noDelay: true,
      allowHalfOpen: true,
    });
    const pair = new Pair(near, far, this.request.delayMs, this.frozen);
    this.pairs.add(pair);
    near.once('close', () => this.pairs.delete(pair));
  }
}

/** One connection: the near socket, the far one, and a queue in each direction. */
class Pair {
  private readonly lanes: Lane[];

  constructor(
    private readonly near: Socket,
    private readonly far: Socket,
    delayMs: number,
    frozen: boolean,
  ) {
    this.lanes = [new Lane(near, far, delayMs), new Lane(far, near, delayMs)];
    this.setFrozen(frozen);
    // An end that breaks takes the other with it.
    near.on('error', () => this.reset());
    far.on('error', () => this.reset());
  }

  setFrozen(frozen: boolean): void {
    for (const lane of this.lanes) lane.setFrozen(frozen);
  }

  reset(): void {
    for (const lane of this.lanes) lane.stop();
    for (const socket of [this.near, this.far]) {
      if (!socket.destroyed) socket.resetAndDestroy();
    }
  }
}

/** One direction: data leaves as late as it must, and in the order it came. */
class Lane {
  private readonly held: { due: number; data: Buffer | null }[] = [];
  private timer: NodeJS.Timeout | null = null;
  private frozen = false;

  constructor(
    from: Socket,
    private readonly to: Socket,
    private readonly delayMs: number,
  ) {
    from.on('data', (data: Buffer) => this.hold(data));
    from.on('end', () => this.hold(null));
  }

  setFrozen(frozen: boolean): void {
    this.frozen = frozen;
    this.deliver();
  }

  stop(): void {
    this.held.length = 0;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private hold(data: Buffer | null): void {
    this.held.push({ due: performance.now() + this.delayMs, data });
    if (this.timer === null) this.deliver();
  }

  private deliver(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const now = performance.now();
    while (!this.frozen && this.held.length > 0 && this.held[0]!.due <= now) {
      const { data } = this.held.shift()!;
      if (data === null) this.to.end();
      else this.to.write(data);
    }
    const next = this.held[0];
    if (this.frozen || next === undefined) return;
    this.timer = setTimeout(() => this.deliver(), Math.max(0, Math.ceil(next.due - now)));
  }
}
