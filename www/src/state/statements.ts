// What a script holds, read without the engine: where its statements begin, and the tables it makes.

/** The offset of the first statement at or after `end`: what separates statements, and comments, are passed over. */
export function startAfter(sql: string, end: number): number {
  const gap = /(?:[\s;]|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/y;
  gap.lastIndex = end;
  gap.test(sql);
  return gap.lastIndex < sql.length ? gap.lastIndex : end;
}

const made = /\bcreate\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+)?(?:table|view)\s+(?:if\s+not\s+exists\s+)?"?([\w$]+)/gi;

/** Whether a statement of `sql` makes the table or view `name`. */
export function makes(sql: string, name: string): boolean {
  const wanted = name.replaceAll('"', '').toLowerCase();
  return [...sql.matchAll(made)].some(([, found = '']) => found.toLowerCase() === wanted);
}
