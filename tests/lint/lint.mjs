// SPDX-License-Identifier: Apache-2.0
// Rules of the tree that no compiler checks. usage: node lint.mjs [ROOT]; prints each breach as file:line: rule, exits 1 if any.
// Exceptions, each with its reason, stand in exceptions.json beside this file.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(process.argv[2] ?? join(here, '../..'));
const exceptions = JSON.parse(readFileSync(join(here, 'exceptions.json'), 'utf8'));
const skipped = new Set(['.git', '.run', 'build', 'node_modules', 'dist', 'artifacts', 'corpus', 'data']);

function* walk(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (skipped.has(entry.name)) continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield relative(root, path);
  }
}

const breaches = [];
const used = new Set();

function breach(file, line, rule, text) {
  const exception = `${rule} ${file}`;
  if (exceptions[exception]) used.add(exception);
  else breaches.push(`${file}:${line}: ${rule}: ${text}`);
}

// ---- where includes may point --------------------------------------------------------------------------------------

const mayInclude = {
  common: ['common'],
  'ims-interface': ['ims-interface', 'common'],
  media: ['media', 'common'],
  waf: ['waf', 'common'],
  'wic-gateway': ['wic-gateway', 'ims-interface', 'media', 'common'],
};

function checkInclude(file, line, included) {
  const module = file.split('/')[0];
  const [target, ...below] = included.split('/');
  if (!(target in mayInclude) || !(module in mayInclude)) return;
  if (!mayInclude[module].includes(target)) breach(file, line, 'include-direction', `${module} may not include ${included}`);
  else if (target !== module && target !== 'common' && below.length > 1 && below[0] !== 'io') {
    breach(file, line, 'private-header', `${included} is private to ${target}; include its top-level headers`);
  }
}

// ---- what only shells may touch -------------------------------------------------------------------------------------

const isShell = (file) => file.split('/').includes('io') || file.endsWith('/main.cpp');

const shellOnly = [
  ['socket', /#include <(sys\/socket|sys\/epoll|sys\/un|poll|netdb|uv|libwebsockets)\.h>|#include <boost\/(asio|beast)/],
  ['socket', /#include <sofia-sip\/(nta|nta_tport|su_wait|su|tport|sresolv)\.h>|#include <(nice\/|agent\.h)/],
  ['file', /#include <(fstream|fcntl\.h|unistd\.h|sys\/mman\.h|sys\/stat\.h|dirent\.h)>|\b(fopen|ifstream|ofstream)\b/],
  ['thread', /#include <(thread|mutex|shared_mutex|condition_variable|future|semaphore|pthread\.h)>|std::this_thread/],
  ['clock', /(_clock|Clock)::now\(|\b(gettimeofday|clock_gettime|localtime|gmtime_s)\s*\(|\btime\s*\(\s*(NULL|nullptr|0)\s*\)/],
  ['randomness', /#include <(random|sys\/random\.h|openssl\/rand\.h)>|\b(RAND_bytes|getrandom|arc4random|srand|rand)\s*\(/],
  ['environment', /\b(getenv|secure_getenv)\s*\(/],
];

function checkCore(file, line, text) {
  const code = text.replace(/\/\/.*$/, '').replace(/"(?:[^"\\]|\\.)*"/g, (quoted) => (text.includes('#include') ? quoted : '""'));
  for (const [rule, pattern] of shellOnly) {
    if (pattern.test(code)) breach(file, line, `core-${rule}`, `${code.trim()} belongs in io/ or main.cpp`);
  }
}

// ---- every text file ------------------------------------------------------------------------------------------------

const isCpp = (file) => /\.(cpp|hpp)$/.test(file);
const isCode = (file) => isCpp(file) || /\.(ts|mjs|js|sh|css|cfg)$/.test(file);
const module = (file) => file.split('/')[0];

function checkSpdx(file, lines) {
  const first = lines[0]?.startsWith('#!') ? lines[1] : lines[0];
  if (!/SPDX-License-Identifier: Apache-2\.0/.test(first ?? '')) breach(file, 1, 'spdx', 'first line must be the SPDX line');
}

function checkLine(file, line, text) {
  if (/\b(TODO|FIXME|XXX|HACK)\b/.test(text)) breach(file, line, 'todo', 'open an issue instead');
  if (/(^|[\s"'(=])\/(work|home)\/[a-z]/.test(text)) breach(file, line, 'machine-path', 'a path of one machine');
  if (!isCpp(file)) return;
  if (/NOLINT(?!(NEXTLINE|BEGIN|END)?\([a-z])/.test(text)) breach(file, line, 'nolint', 'name the check and the reason');
  if (file.endsWith('.hpp') && /^\s*using namespace /.test(text)) breach(file, line, 'using-namespace', 'not in a header');
  const include = /^\s*#include "([^"]+)"/.exec(text);
  if (include) checkInclude(file, line, include[1]);
  if (module(file) in mayInclude && !isShell(file)) checkCore(file, line, text);
}

const files = [...walk(root)].filter(isCode).sort();
for (const file of files) {
  // This file spells out the words that it looks for.
  const isThis = file === 'tests/lint/lint.mjs';
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  checkSpdx(file, lines);
  if (file.endsWith('.hpp') && !lines.includes('#pragma once')) breach(file, 1, 'pragma-once', 'missing');
  if (lines.length > 401 && !file.endsWith('.css')) breach(file, lines.length, 'long-file', `${lines.length - 1} lines; split it or give a reason`);
  if (!isThis) lines.forEach((text, index) => checkLine(file, index + 1, text));
}

// ---- layout ---------------------------------------------------------------------------------------------------------

function checkFormat(cppFiles) {
  try {
    execFileSync('clang-format', ['--dry-run', '-Werror', ...cppFiles], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 });
  } catch (error) {
    if (error.code === 'ENOENT') throw new Error('clang-format is missing');
    const wrong = new Set([...String(error.stderr).matchAll(/^([^\s:]+):(\d+):\d+: error/gm)].map((match) => `${match[1]}:${match[2]}`));
    for (const place of [...wrong].slice(0, 40)) breaches.push(`${place}: format: clang-format -i`);
    if (wrong.size === 0) breaches.push(`clang-format: ${error.stderr}`);
  }
}
checkFormat(files.filter(isCpp));

for (const exception of Object.keys(exceptions)) {
  if (!used.has(exception)) breaches.push(`tests/lint/exceptions.json: "${exception}" is not needed any more`);
}
console.log(breaches.join('\n'));
console.log(`${files.length} files, ${breaches.length} breaches`);
process.exit(breaches.length ? 1 : 0);
