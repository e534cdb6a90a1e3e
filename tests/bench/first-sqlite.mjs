// The least a page with SQLite can do: load it, run one query, show the result.
import sqlite3InitModule from '/sqlite/index.mjs';

const sqlite3 = await sqlite3InitModule();
const db = new sqlite3.oo1.DB(':memory:');
document.querySelector('output').textContent = db.selectValue('select 1');
