// Whether two answers are the same: order as the query gives it, numbers to a relative 1e-6.

const numeric = (value) => typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value));

function same(a, b) {
  if (a === null || b === null) return a === b;
  if (numeric(a) && numeric(b)) {
    const [x, y] = [Number(a), Number(b)];
    return Math.abs(x - y) <= 1e-6 * Math.max(1, Math.abs(x), Math.abs(y));
  }
  return String(a) === String(b);
}

/** Nothing when the answers agree, else where they first differ. */
export function agree(expected, actual) {
  if (expected.length !== actual.length) return `${actual.length} rows instead of ${expected.length}`;
  for (const [at, row] of expected.entries()) {
    const other = actual[at];
    if (row.length !== other.length) return `${other.length} columns instead of ${row.length}`;
    const column = row.findIndex((value, index) => !same(value, other[index]));
    if (column >= 0) return `row ${at + 1}, column ${column + 1}: ${other[column]} instead of ${row[column]}`;
  }
  return undefined;
}
