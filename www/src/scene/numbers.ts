// Numbers as the page shows them: at most three significant digits, with a unit; the exact value stands in a title.
import type { OperatorActual } from '../engine/types.gen.ts';

const steps = [
  { limit: 1e12, unit: 'T' },
  { limit: 1e9, unit: 'G' },
  { limit: 1e6, unit: 'M' },
  { limit: 1e3, unit: 'k' },
];

function significant(value: number): string {
  const text = value.toPrecision(3);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** 1234567 → "1.23M", 0.01234 → "0.0123". Whole numbers below 1,000 stay as they are. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : value < 0 ? '−∞' : '–';
  if (value < 0) return `−${short(-value)}`;
  // 999,600 rounds up to 1M, not to 1000k: compare after rounding to three digits.
  const rounded = Number(value.toPrecision(3));
  for (const { limit, unit } of steps) {
    if (rounded >= limit) return significant(rounded / limit) + unit;
  }
  if (rounded !== 0 && rounded < 0.001) return rounded.toExponential(1).replace('e-', 'e−').replace('.0', '');
  return significant(rounded);
}

/**
 * The whole value with thousands separated: 1234567.5 → "1,234,567.5". Written out, as the browser's own formatter takes
 * longer to be loaded than the first plan to be laid out.
 */
export function exact(value: number): string {
  const text = String(Number(value.toFixed(3)));
  if (!/^-?\d+(\.\d+)?$/.test(text)) return value.toLocaleString('en', { maximumFractionDigits: 3 });
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${exact(count)} ${count === 1 ? noun : many}`;
}

/** A duration given in milliseconds: "0.42 ms", "31 ms", "1.2 s". */
export function duration(ms: number): string {
  if (ms >= 1000) return `${significant(Number((ms / 1000).toPrecision(3)))} s`;
  if (ms >= 0.01 || ms === 0) return `${significant(Number(ms.toPrecision(ms >= 1 ? 3 : 2)))} ms`;
  return `${significant(Number((ms * 1000).toPrecision(2)))} µs`;
}

/** An amount in a unit: nanoseconds become the unit that fits them, others are shortened. */
export function amount(value: number, unit: string): string {
  if (unit !== 'ns') return `${short(value)} ${unit}`.trim();
  const rounded = Number(value.toPrecision(3));
  const [limit, name] = rounded >= 1e9 ? [1e9, 's'] : rounded >= 1e6 ? [1e6, 'ms'] : rounded >= 1e3 ? [1e3, 'µs'] : [1, 'ns'];
  return `${significant(rounded / Number(limit))} ${name}`;
}

const nanoseconds: Record<string, number> = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 };

/** A sentence of the engine with its times to the digits of the page: "takes 414.61 µs" → "takes 415 µs". */
export function inUnits(sentence: string): string {
  return sentence.replaceAll(/-?\b(\d+(?:\.\d+)?) (ns|µs|ms|s)\b/g, (_, value: string, unit: string) => amount(Number(value) * (nanoseconds[unit] ?? 1), 'ns'));
}

/** Bytes in decimal units. */
export function bytes(count: number): string {
  return `${short(count).replace(/[a-z]?$/i, ' $&')}B`;
}

/** A share in percent: 0.034 → "3.4 %". */
export function percent(share: number): string {
  return `${significant(Number((share * 100).toPrecision(2)))} %`;
}

export interface EstimateError {
  /** How far estimate and truth are apart, as a factor of at least 1; both count as at least one row. */
  factor: number;
  /** Whether the estimate was too low or too high. */
  side: 'under' | 'over' | 'right';
  /** 0 below ×10, 1 from ×10, 2 from ×100. */
  band: 0 | 1 | 2;
}

/** The q-error of an estimate: max(e/a, a/e), with both taken as at least one row. */
export function qError(estimated: number, actual: number): EstimateError {
  const e = Math.max(1, estimated);
  const a = Math.max(1, actual);
  const factor = Math.max(e / a, a / e);
  return {
    factor,
    side: factor < 1.0005 ? 'right' : e < a ? 'under' : 'over',
    band: factor >= 100 ? 2 : factor >= 10 ? 1 : 0,
  };
}

/** True of an operator whose rows were not all asked for: its count says nothing of an estimate that was higher. */
export const stoppedEarly = ({ loops, ended }: Pick<OperatorActual, 'loops' | 'ended'>): boolean => ended < loops;

/**
 * The q-error of an operator that ran; null when it was never started, or stopped before it had as many rows as estimated.
 * An estimate is for one run: below an apply an operator runs often.
 */
export function operatorError(estimated: number, actual: Pick<OperatorActual, 'rows' | 'loops' | 'ended'>): EstimateError | null {
  if (actual.loops === 0) return null;
  const error = qError(estimated, actual.rows / actual.loops);
  return stoppedEarly(actual) && error.side === 'over' ? null : error;
}
