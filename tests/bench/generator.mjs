// Makes TPC-H in a worker: posts a list of [table, CSV bytes with a header line].
import init, { Generator } from '/tpch/tpch.js';

function join(chunks) {
  const whole = new Uint8Array(chunks.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

self.onmessage = async ({ data: scale }) => {
  await init();
  const generator = new Generator(scale);
  const tables = new Map();
  for (let chunk = generator.next(); chunk; chunk = generator.next()) {
    // Every piece begins with the column names; one table needs them once.
    const before = tables.get(chunk.table) ?? [];
    const bytes = before.length > 0 ? chunk.bytes.subarray(chunk.bytes.indexOf(10) + 1) : chunk.bytes;
    tables.set(chunk.table, [...before, bytes]);
  }
  self.postMessage([...tables].map(([table, chunks]) => [table, join(chunks)]));
  self.close();
};
