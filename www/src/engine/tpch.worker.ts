// Makes TPC-H tables in a worker of its own, which ends with the last row: the generator's text pool is far larger
// than the engine's memory and goes with it. Each chunk waits until the page asks for it.
import type { TpchReply, TpchRequest } from './tpch.ts';

const post = (reply: TpchReply, transfer: Transferable[] = []): void => self.postMessage(reply, { transfer });

interface Chunk {
  table: string;
  bytes: Uint8Array;
  rows: number;
  progress: number;
}
interface Generator {
  next(): Chunk | undefined;
}

let generator: Generator | null = null;
let table = '';
let header = new Uint8Array();

/** Only the first chunk of a table begins with the header line; every chunk we hand on does. */
function withHeader(chunk: Chunk): Uint8Array {
  if (chunk.table !== table) {
    table = chunk.table;
    header = chunk.bytes.slice(0, chunk.bytes.indexOf(10) + 1);
    return chunk.bytes;
  }
  const whole = new Uint8Array(header.length + chunk.bytes.length);
  whole.set(header);
  whole.set(chunk.bytes, header.length);
  return whole;
}

function next(source: Generator): void {
  const chunk = source.next();
  if (!chunk) {
    post({ kind: 'end' });
    self.close();
    return;
  }
  const bytes = withHeader(chunk);
  post({ kind: 'chunk', table: chunk.table, bytes, rows: chunk.rows, progress: chunk.progress }, [bytes.buffer]);
}

self.onmessage = async ({ data }: MessageEvent<TpchRequest>) => {
  try {
    if (data.kind === 'start') {
      const module = await import('./pkg-tpch/tpch.js');
      await module.default();
      generator = new module.Generator(data.scale) as unknown as Generator;
    }
    if (generator) next(generator);
  } catch (thrown) {
    post({ kind: 'failed', message: thrown instanceof Error ? thrown.message : String(thrown) });
  }
};
