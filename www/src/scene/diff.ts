// Two text trees line by line: which lines went, which came, which stayed (longest common subsequence).

export interface DiffLine {
  text: string;
  kind: 'same' | 'gone' | 'new';
}

/** Beyond this many lines the two sides are shown whole. */
const most = 400;

/** How many characters of a line only say where its node hangs in the tree, not what it is. */
export const indent = (line: string): number => /^[\s│├└─]*/.exec(line)?.[0].length ?? 0;

export function diff(before: string, after: string): { before: DiffLine[]; after: DiffLine[] } {
  const a = before === '' ? [] : before.split('\n');
  const b = after === '' ? [] : after.split('\n');
  const key = (line: string) => line.slice(indent(line)).trimEnd();
  if (a.length > most || b.length > most) {
    return { before: a.map((text) => ({ text, kind: 'same' })), after: b.map((text) => ({ text, kind: 'same' })) };
  }
  const width = b.length + 1;
  const length = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number) => length[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      length[i * width + j] = key(a[i] ?? '') === key(b[j] ?? '') ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const left: DiffLine[] = [];
  const right: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i], b[j]];
    if (x !== undefined && y !== undefined && key(x) === key(y)) {
      left.push({ text: x, kind: 'same' });
      right.push({ text: y, kind: 'same' });
      i += 1;
      j += 1;
    } else if (x !== undefined && (y === undefined || at(i + 1, j) >= at(i, j + 1))) {
      left.push({ text: x, kind: 'gone' });
      i += 1;
    } else if (y !== undefined) {
      right.push({ text: y, kind: 'new' });
      j += 1;
    }
  }
  return { before: left, after: right };
}
