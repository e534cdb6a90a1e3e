// What of the page stands in its address: data set, seed, statement and step, readable and capped.

export type DatasetId =
  | { kind: 'films'; size: 'small' | 'medium' | 'large'; seed: number }
  | { kind: 'tpch'; scale: number };

export interface Address {
  dataset: DatasetId | null;
  sql: string | null;
  step: number | null;
}

/** The longest statement that a link may carry, in characters. */
export const longestSql = 20_000;
export const filmSizes = ['small', 'medium', 'large'] as const;
export const scales = [0.001, 0.01, 0.05, 0.1] as const;
export const defaultSeed = 1;

export function datasetKey(dataset: DatasetId): string {
  return dataset.kind === 'films' ? `films-${dataset.size}` : `tpch-${dataset.scale}`;
}

function parseDataset(key: string | null, seed: string | null): DatasetId | null {
  const [kind, rest] = key?.split(/-(.*)/s) ?? [];
  const size = filmSizes.find((known) => known === rest);
  if (kind === 'films' && size) {
    const number = Number(seed ?? defaultSeed);
    return { kind, size, seed: Number.isInteger(number) && number >= 0 && number <= 0xffffffff ? number : defaultSeed };
  }
  const scale = scales.find((known) => String(known) === rest);
  return kind === 'tpch' && scale ? { kind, scale } : null;
}

/** Reads a fragment. What is missing, malformed or too long is null. */
export function readAddress(fragment: string): Address {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''));
  const sql = parameters.get('sql');
  const step = parameters.get('step');
  return {
    dataset: parseDataset(parameters.get('data'), parameters.get('seed')),
    sql: sql !== null && sql.length <= longestSql ? sql : null,
    step: step !== null && /^\d{1,5}$/.test(step) ? Number(step) : null,
  };
}

export function writeAddress({ dataset, sql, step }: Address): string {
  const parameters = new URLSearchParams();
  if (dataset) {
    parameters.set('data', datasetKey(dataset));
    if (dataset.kind === 'films') parameters.set('seed', String(dataset.seed));
  }
  if (step !== null) parameters.set('step', String(step));
  if (sql !== null && sql.length <= longestSql) parameters.set('sql', sql);
  return `#${parameters.toString()}`;
}
