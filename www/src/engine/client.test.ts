import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Engine, type Port } from './client.ts';
import { codes } from './failure.ts';
import type { Reply, Request } from './protocol.ts';

vi.mock('./spawn.ts', () => ({ spawnEngine: () => undefined }));

class FakePort implements Port {
  sent: Request[] = [];
  ended = false;
  onmessage: Port['onmessage'] = null;
  onerror: Port['onerror'] = null;
  postMessage(message: Request): void {
    this.sent.push(message);
  }
  terminate(): void {
    this.ended = true;
  }
  say(reply: Reply): void {
    this.onmessage?.({ data: reply } as MessageEvent<Reply>);
  }
}

let ports: FakePort[];
let engine: Engine;
const last = () => ports.at(-1) ?? new FakePort();

beforeEach(() => {
  vi.useFakeTimers();
  ports = [];
  engine = new Engine(() => {
    const port = new FakePort();
    ports.push(port);
    return port;
  });
});
afterEach(() => vi.useRealTimers());

describe('calls', () => {
  test('are answered by their ids, in any order', async () => {
    const schema = engine.call('schema', {});
    const memory = engine.call('memory', {});
    last().say({ kind: 'done', id: 2, value: 65_536 });
    last().say({ kind: 'done', id: 1, value: [] });
    expect(await memory).toBe(65_536);
    expect(await schema).toEqual([]);
  });

  test('that fail reject with code, message, hint and place', async () => {
    const call = engine.call('run', { sql: 'selec 1' });
    const failure = { code: '42601', message: 'syntax error', hint: 'did you mean select?', span: { start: 0, end: 5 } };
    last().say({ kind: 'failed', id: 1, failure });
    await expect(call).rejects.toMatchObject(failure);
  });

  test('report progress until they are done', async () => {
    const seen: number[] = [];
    const call = engine.call('memory', {}, { onProgress: ({ fraction }) => seen.push(fraction) });
    last().say({ kind: 'progress', id: 1, progress: { fraction: 0.5, label: '' } });
    last().say({ kind: 'done', id: 1, value: 1 });
    last().say({ kind: 'progress', id: 1, progress: { fraction: 0.9, label: '' } });
    await call;
    expect(seen).toEqual([0.5]);
  });

  test('answers to nobody are dropped', () => {
    expect(() => last().say({ kind: 'done', id: 99, value: null })).not.toThrow();
  });
});

describe('cancelling', () => {
  test('asks the worker, once, and only while the call waits', async () => {
    const call = engine.call('run', { sql: 'select 1' });
    call.cancel();
    expect(last().sent.at(-1)).toEqual({ kind: 'cancel', id: 1 });
    last().say({ kind: 'failed', id: 1, failure: { code: codes.cancelled, message: 'cancelled', hint: null, span: null } });
    await expect(call).rejects.toMatchObject({ code: codes.cancelled });
    call.cancel();
    expect(last().sent).toHaveLength(2);
    vi.advanceTimersByTime(10_000);
    expect(ports).toHaveLength(1);
  });

  test('replaces a worker that does not listen', async () => {
    const restarted = vi.fn();
    engine.onRestart = restarted;
    const call = engine.call('run', { sql: 'select 1' });
    call.cancel();
    const rejected = expect(call).rejects.toMatchObject({ code: codes.cancelled });
    vi.advanceTimersByTime(3000);
    await rejected;
    expect(ports[0]?.ended).toBe(true);
    expect(ports).toHaveLength(2);
    expect(restarted).toHaveBeenCalledOnce();
  });
});

describe('a trap', () => {
  test('fails all that waits, starts a fresh worker, and tells', async () => {
    const restarted = vi.fn();
    engine.onRestart = restarted;
    const calls = [engine.call('schema', {}), engine.call('run', { sql: 'x' })];
    const rejected = Promise.all(calls.map((call) => expect(call).rejects.toMatchObject({ code: codes.trapped })));
    last().say({ kind: 'dead', message: 'unreachable' });
    await rejected;
    expect(ports).toHaveLength(2);
    expect(ports[0]?.ended).toBe(true);
    expect(restarted).toHaveBeenCalledOnce();
    const next = engine.call('memory', {});
    last().say({ kind: 'done', id: 3, value: 1 });
    expect(await next).toBe(1);
  });

  test('closing rejects what waits', async () => {
    const call = engine.call('memory', {});
    engine.terminate();
    await expect(call).rejects.toMatchObject({ code: codes.unavailable });
    expect(last().ended).toBe(true);
    await expect(engine.call('memory', {})).rejects.toMatchObject({ code: codes.unavailable });
    expect(last().sent).toHaveLength(1);
  });
});
