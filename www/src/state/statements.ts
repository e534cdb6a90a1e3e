// Where statements begin in a script, from where the one before ended.

/** The offset of the first statement at or after `end`: what separates statements, and comments, are passed over. */
export function startAfter(sql: string, end: number): number {
  const gap = /(?:[\s;]|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/y;
  gap.lastIndex = end;
  gap.test(sql);
  return gap.lastIndex < sql.length ? gap.lastIndex : end;
}
