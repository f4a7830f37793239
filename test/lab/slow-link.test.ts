import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { SlowLink } from './slow-link.ts';

describe('a slow link', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  it('holds what is sent for the delay, both on the way there and back', async () => {
    const { socket, received } = await toEcho(40);
    const started = performance.now();
    socket.write('hello');
    await expect.poll(received, { interval: 1 }).toBe('hello');
    expect(performance.now() - started).toBeGreaterThanOrEqual(79);
    expect(performance.now() - started).toBeLessThan(200);
  });

  it('carries many pieces in their order, and at once rather than one delay after another', async () => {
    const { socket, received } = await toEcho(30);
    const started = performance.now();
    const pieces = Array.from({ length: 50 }, (_, index) => `${index};`);
    for (const piece of pieces) socket.write(piece);
    await expect.poll(received, { interval: 1 }).toBe(pieces.join(''));
    expect(performance.now() - started).toBeLessThan(300);
  });

  it('carries large data whole', async () => {
    const { socket, received } = await toEcho(5);
    socket.write(Buffer.alloc(3_000_000, 'x'));
    await expect.poll(() => received().length, { timeout: 5000 }).toBe(3_000_000);
  });

  it('carries the end of one direction, while the other goes on', async () => {
    const { socket, received } = await toEcho(10);
    socket.end('last words');
    await new Promise(resolve => socket.once('end', resolve));
    expect(received()).toBe('last words');
  });

  it('frozen, lets nothing through; thawed, lets all of it', async () => {
    const { link, socket, received } = await toEcho(1);
    link.freeze();
    socket.write('hello');
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(received()).toBe('');
    expect(socket.destroyed).toBe(false);
    link.thaw();
    await expect.poll(received).toBe('hello');
  });

  it('cut, breaks the connections there are and takes new ones', async () => {
    const { link, socket } = await toEcho(1);
    const broken = new Promise<NodeJS.ErrnoException>(resolve => socket.once('error', resolve));
    link.cut();
    expect((await broken).code).toBe('ECONNRESET');
    const again = connect(link.port, link.address);
    ends.push(() => again.destroy());
    again.write('hello');
    const answer = await new Promise(resolve => again.once('data', data => resolve(String(data))));
    expect(answer).toBe('hello');
    expect(link.connections).toBe(2);
  });

  async function toEcho(
    delayMs: number,
  ): Promise<{ link: SlowLink; socket: Socket; received: () => string }> {
    const echo = createServer({ allowHalfOpen: true }, far => {
      far.on('error', () => {});
      far.pipe(far);
    });
    await new Promise<void>(resolve => echo.listen(0, '127.0.0.1', resolve));
    const link = await SlowLink.open({
      host: '127.0.0.1',
      port: (echo.address() as AddressInfo).port,
      delayMs,
    });
    const socket = connect({ host: link.address, port: link.port, allowHalfOpen: true, noDelay: true });
    ends.push(
      () => echo.close(),
      () => link.close(),
      () => socket.destroy(),
    );
    let text = '';
    socket.on('error', () => {});
    socket.on('data', data => {
      text += String(data);
    });
    await new Promise<void>(resolve => socket.once('connect', resolve));
    await expect.poll(() => link.connections).toBe(1);
    return { link, socket, received: () => text };
  }
});
