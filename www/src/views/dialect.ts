// The SQL of this engine, as the editor colours and completes it: PostgreSQL's notation with the words that mean something
// here. Words that are often names of columns, such as the fields of a date, are left out.
import { SQLDialect } from '@codemirror/lang-sql';

export const dialect = SQLDialect.define({
  charSetCasts: true,
  doubleDollarQuotedStrings: true,
  operatorChars: '+-*/<>=~!@#%^&|`?',
  specialVar: '',
  keywords:
    'select distinct from where group by having order asc desc nulls first last limit offset with as union intersect except all ' +
    'join inner left right full outer cross natural on using and or not in is between like ilike escape exists any some ' +
    'case when then else end cast filter ' +
    'create or replace temporary table view if primary key unique references foreign index drop cascade ' +
    'insert into values update set delete analyze explain verbose format',
  types: 'boolean smallint integer int bigint numeric decimal double precision real text varchar char character varying date timestamp interval',
  builtin:
    'count sum avg min max stddev variance bool_and bool_or ' +
    'abs ceil coalesce concat date_part date_trunc exp extract floor greatest least length ln lower ltrim mod nullif position power ' +
    'random round rtrim sign sqrt strpos substring trim trunc upper',
});
