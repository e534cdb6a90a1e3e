// Loads TPC-H: the generator's worker has the schema and the sample queries and makes chunks of rows, the engine takes
// them in, and never more than one waits.
import type { Engine } from './client.ts';
import { EngineError, codes, failure } from './failure.ts';
import type { Progress } from './protocol.ts';
import { spawnTpch } from './spawn.ts';
import type { SampleQuery } from './types.gen.ts';

export type TpchRequest = { kind: 'start'; scale: number } | { kind: 'next' };
export type TpchReply =
  | { kind: 'started'; schema: string; samples: SampleQuery[] }
  | { kind: 'chunk'; table: string; bytes: Uint8Array; rows: number; progress: number }
  | { kind: 'end' }
  | { kind: 'failed'; message: string };

const stopped = () => new EngineError(failure(codes.cancelled, 'loading was cancelled'));

/** What the generator says for one scale: that it started, then chunks. Leaving the loop, for whatever reason, ends the worker. */
async function* replies(scale: number, signal: AbortSignal) {
  const worker = spawnTpch();
  const ask = (request: TpchRequest) =>
    new Promise<TpchReply>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(stopped()), { once: true });
      worker.onmessage = ({ data }: MessageEvent<TpchReply>) => resolve(data);
      worker.onerror = (event) =>
        resolve({ kind: 'failed', message: event.message || 'its worker could not be started' });
      worker.postMessage(request);
    });
  try {
    let waiting = ask({ kind: 'start', scale });
    for (;;) {
      const reply = await waiting;
      if (reply.kind === 'failed') {
        throw new EngineError(failure(codes.unavailable, `the TPC-H generator stopped: ${reply.message}`));
      }
      if (reply.kind === 'end') return;
      waiting = ask({ kind: 'next' });
      waiting.catch(() => undefined);
      yield reply;
    }
  } finally {
    worker.terminate();
  }
}

/** Fills an empty, open database with TPC-H at `scale`, gathers its statistics and gives the sample queries. */
export async function loadTpch(
  engine: Engine,
  scale: number,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<SampleQuery[]> {
  const run = async (sql: string) => {
    const outcome = await engine.call('run', { sql });
    if (outcome.failure) throw new EngineError(outcome.failure);
  };
  onProgress({ fraction: 0, label: 'preparing the generator' });
  let samples: SampleQuery[] = [];
  for await (const reply of replies(scale, signal)) {
    if (reply.kind === 'started') {
      ({ samples } = reply);
      await run(reply.schema);
      continue;
    }
    const { table, bytes, progress } = reply;
    await engine.call('insertCsv', { table, data: bytes }, { transfer: [bytes.buffer] });
    if (signal.aborted) throw stopped();
    onProgress({ fraction: progress, label: `loading ${table}` });
  }
  onProgress({ fraction: 1, label: 'gathering statistics' });
  await run('ANALYZE');
  return samples;
}
