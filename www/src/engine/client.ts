// The one typed client of the engine's worker. A call is a promise with a `cancel`; when the instance traps, all
// that waited fails with a plain message, a fresh worker takes its place, and `onRestart` is told.
import { EngineError, codes, failure } from './failure.ts';
import type { Calls, Op, Progress, Reply, Request } from './protocol.ts';
import { spawnEngine } from './spawn.ts';
import type { Failure } from './types.gen.ts';

export interface Call<T> extends Promise<T> {
  /** Asks the engine to stop; the promise then rejects with code 57014. Never throws. */
  cancel(): void;
}

/** The part of a Worker that the client uses, so that tests can stand in for it. */
export interface Port {
  postMessage(message: Request, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<Reply>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

interface Pending {
  resolve(value: unknown): void;
  reject(cause: EngineError): void;
  onProgress: ((progress: Progress) => void) | undefined;
}

interface CallOptions {
  onProgress?: (progress: Progress) => void;
  transfer?: Transferable[];
}

/** How long a cancelled call may take to end by itself before the worker is replaced, in milliseconds. */
const PATIENCE_MS = 2000;

const closed = failure(codes.unavailable, 'the database was closed', 'open it again');

export class Engine {
  /** Told after the worker was replaced: the database is empty and must be opened again. */
  onRestart: ((cause: Failure) => void) | null = null;
  readonly #spawn: () => Port;
  #port: Port;
  #next = 1;
  #closed = false;
  readonly #pending = new Map<number, Pending>();

  constructor(spawn: () => Port = spawnEngine as () => Port) {
    this.#spawn = spawn;
    this.#port = this.#connect();
  }

  /** Sends a call. Calls are answered in the order they are sent. */
  call<O extends Op>(op: O, input: Calls[O]['in'], options: CallOptions = {}): Call<Calls[O]['out']> {
    const id = this.#next++;
    const promise = new Promise<Calls[O]['out']>((resolve, reject) => {
      if (this.#closed) {
        reject(new EngineError(closed));
        return;
      }
      this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject, onProgress: options.onProgress });
      this.#port.postMessage({ kind: 'call', id, op, input } as Request, options.transfer ?? []);
    });
    return Object.assign(promise, { cancel: () => this.#cancel(id) });
  }

  /** Ends the worker. Calls that still wait are rejected. */
  terminate(): void {
    this.#closed = true;
    this.#port.terminate();
    this.#fail(closed);
  }

  /** Ends the worker at once, whatever it does, and starts a fresh one. */
  restart(cause: Failure): void {
    this.#port.terminate();
    this.#fail(cause);
    this.#port = this.#connect();
    this.onRestart?.(cause);
  }

  #connect(): Port {
    const port = this.#spawn();
    port.onmessage = ({ data }) => this.#hear(data);
    port.onerror = (event) => this.#trapped(event.message || 'the worker could not be started');
    return port;
  }

  #hear(reply: Reply): void {
    if (reply.kind === 'dead') {
      this.#trapped(reply.message);
      return;
    }
    const pending = this.#pending.get(reply.id);
    if (!pending) return;
    if (reply.kind === 'progress') {
      pending.onProgress?.(reply.progress);
      return;
    }
    this.#pending.delete(reply.id);
    if (reply.kind === 'done') pending.resolve(reply.value);
    else pending.reject(new EngineError(reply.failure));
  }

  #cancel(id: number): void {
    if (!this.#pending.has(id)) return;
    this.#port.postMessage({ kind: 'cancel', id }, []);
    setTimeout(() => {
      if (!this.#pending.has(id)) return;
      this.restart(failure(codes.cancelled, 'the statement did not stop by itself; the engine was started anew'));
    }, PATIENCE_MS);
  }

  #trapped(message: string): void {
    this.restart(
      failure(codes.trapped, `the engine stopped: ${message}`, 'it was started anew, and the data set is loaded again'),
    );
  }

  #fail(cause: Failure): void {
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(new EngineError(cause));
  }
}
