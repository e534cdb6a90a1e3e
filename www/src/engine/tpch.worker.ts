// Makes TPC-H tables in a worker of its own, which ends with the last row: the generator's text pool is far larger
// than the engine's memory and goes with it. Each chunk waits until the page asks for it.
import type { TpchReply, TpchRequest } from './tpch.ts';

const post = (reply: TpchReply, transfer: Transferable[] = []): void => self.postMessage(reply, { transfer });

interface Generator {
  next(): { table: string; bytes: Uint8Array; rows: number; progress: number } | undefined;
}

let generator: Generator | null = null;

function next(source: Generator): void {
  const chunk = source.next();
  if (!chunk) {
    post({ kind: 'end' });
    self.close();
    return;
  }
  const { table, bytes, rows, progress } = chunk;
  post({ kind: 'chunk', table, bytes, rows, progress }, [bytes.buffer]);
}

self.onmessage = async ({ data }: MessageEvent<TpchRequest>) => {
  try {
    if (data.kind === 'start') {
      const module = await import('./pkg-tpch/tpch.js');
      await module.default();
      generator = new module.Generator(data.scale) as unknown as Generator;
      post({ kind: 'started', schema: module.schema(), samples: module.samples() });
    } else if (generator) {
      next(generator);
    }
  } catch (thrown) {
    post({ kind: 'failed', message: thrown instanceof Error ? thrown.message : String(thrown) });
  }
};
