import { expect, test } from 'vitest';
import { makes, startAfter } from './statements.ts';

const script = 'select 1;\n-- a note; really\n/* and\nmore */ select 1 / 0';

test.each([
  ['the first statement', script, 0, 0],
  ['the one after separators and comments', script, 8, script.indexOf('select 1 / 0')],
  ['blanks before the first', '  \n select 1', 0, 4],
  ['nothing after the last', 'select 1; ', 8, 8],
])('%s', (_, sql, end, start) => expect(startAfter(sql, end)).toBe(start));

test.each([
  ['create table student (id integer)', 'student', true],
  ['CREATE TABLE IF NOT EXISTS "Student" (id integer)', 'student', true],
  ['create or replace view v as select 1; create temp table t (a integer)', 'T', true],
  ['create table students (id integer)', 'student', false],
  ['insert into student values (1)', 'student', false],
])('whether "%s" makes %s: %s', (sql, name, answer) => expect(makes(sql, name)).toBe(answer));
