// SPDX-License-Identifier: Apache-2.0
// Holds docs/conformance.md and docs/attacks.md against the tree: every test and file that a row names must exist.
// `node tests/lint/conformance.mjs --tests` prints the tests there are, grouped by requirement id.
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How many attacks the list has. */
const attacks = 95;
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

function* files(folder, ending) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path, ending);
    else if (ending.test(entry.name)) yield path;
  }
}

/** Every test's full name: `Suite.Name` for GoogleTest, the title for node's runner. */
export function allTests() {
  const names = new Map();
  for (const path of files(join(root, 'tests', 'unit'), /_test\.cpp$/)) {
    const macro = /\bTEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)/g;
    for (const [, suite, name] of readFileSync(path, 'utf8').matchAll(macro)) {
      names.set(`${suite}.${name}`, path.slice(root.length + 1));
    }
  }
  for (const folder of ['tests/e2e', 'js-client/test']) {
    if (!existsSync(join(root, folder))) continue;
    for (const path of files(join(root, folder), /\.test\.(mjs|ts)$/)) {
      const call = /\b(?:test|it|t\.test)\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g;
      for (const [, , title] of readFileSync(path, 'utf8').matchAll(call)) {
        names.set(title.replace(/\\(.)/g, '$1'), path.slice(root.length + 1));
      }
    }
  }
  return names;
}

function idsOf(name) {
  return name.match(/\b(?:[A-Z]{2,3}-?\d{2}[a-z]?|[ABCEJR]\d{2}|C-?\d{3})(?=_|\b)/g) ?? [];
}

function printTests(tests) {
  const byId = new Map();
  for (const [name, path] of tests) {
    const flat = name.replace(/_/g, ' ').replace(/\./g, ' ');
    for (const id of idsOf(flat)) byId.set(id, [...(byId.get(id) ?? []), `${name} (${path})`]);
  }
  for (const id of [...byId.keys()].sort()) {
    console.log(id);
    for (const entry of byId.get(id)) console.log(`  ${entry}`);
  }
}

/** Rows look like `| id | requirement | where | test | state |`; code spans in `where` are paths
 *  and in `test` are test names. */
function check(tests) {
  const problems = [];
  let rows = 0;
  readFileSync(join(root, 'docs', 'conformance.md'), 'utf8').split('\n').forEach((line, index) => {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    if (cells.length !== 7 || !/^[A-Z]+-?\d+[a-z]?$/.test(cells[1])) return;
    rows += 1;
    const spans = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]);
    for (const path of spans(cells[3])) {
      if (!existsSync(join(root, path))) problems.push(`${index + 1}: ${cells[1]}: no file ${path}`);
    }
    for (const name of spans(cells[4])) {
      if (!tests.has(name)) problems.push(`${index + 1}: ${cells[1]}: no test ${name}`);
    }
    if (!['yes', 'part', 'no'].includes(cells[5])) {
      problems.push(`${index + 1}: ${cells[1]}: state must be yes, part or no`);
    }
    if (cells[5] === 'yes' && spans(cells[4]).length === 0) {
      problems.push(`${index + 1}: ${cells[1]}: "yes" without a test`);
    }
  });
  if (rows === 0) problems.push('no rows found');
  for (const problem of problems) console.error(`docs/conformance.md:${problem}`);
  console.log(`docs/conformance.md: ${rows} rows, ${problems.length} problems`);
  return problems.length === 0;
}

/** docs/attacks.md: rows `| nn | attack | tests |`, all of them there, each with tests that carry the number. */
function checkAttacks(tests) {
  const problems = [];
  const rows = new Set();
  for (const line of readFileSync(join(root, 'docs', 'attacks.md'), 'utf8').split('\n')) {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    if (cells.length !== 5 || !/^\d\d$/.test(cells[1])) continue;
    rows.add(cells[1]);
    const named = [...cells[3].matchAll(/`([^`]+)`/g)].map((match) => match[1]);
    if (named.length === 0) problems.push(`${cells[1]}: no test`);
    for (const name of named) {
      if (!tests.has(name)) problems.push(`${cells[1]}: no test ${name}`);
      if (!name.includes(`Attack${cells[1]}`)) problems.push(`${cells[1]}: ${name} does not carry the number`);
    }
  }
  for (let n = 1; n <= attacks; ++n) {
    if (!rows.has(String(n).padStart(2, '0'))) problems.push(`attack ${n} is missing`);
  }
  for (const problem of problems) console.error(`docs/attacks.md: ${problem}`);
  console.log(`docs/attacks.md: ${rows.size} attacks, ${problems.length} problems`);
  return problems.length === 0;
}

const tests = allTests();
if (process.argv.includes('--tests')) printTests(tests);
else process.exit([check(tests), checkAttacks(tests)].every(Boolean) ? 0 : 1);
