import { expect, test } from 'vitest';
import { startAfter } from './statements.ts';

const script = 'select 1;\n-- a note; really\n/* and\nmore */ select 1 / 0';

test.each([
  ['the first statement', script, 0, 0],
  ['the one after separators and comments', script, 8, script.indexOf('select 1 / 0')],
  ['blanks before the first', '  \n select 1', 0, 4],
  ['nothing after the last', 'select 1; ', 8, 8],
])('%s', (_, sql, end, start) => expect(startAfter(sql, end)).toBe(start));
