#!/usr/bin/env node
'use strict';
// Starts the program. Compiling it would take longer than most runs: what V8 made of it when it was built lies
// beside it, and is passed over where it was made by another V8.
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const filename = join(__dirname, 'program.js');
const script = new Script(
  `(function (exports, require, module, __filename, __dirname) {${readFileSync(filename, 'utf8')}\n})`,
  { filename, cachedData: readIfThere(join(__dirname, 'program.cache')) },
);
// The build lets the program run once and keeps what was compiled by then.
const keep = process.env.TSIBLE_KEEP_COMPILED;
if (keep) process.on('exit', () => writeFileSync(keep, script.createCachedData()));
script.runInThisContext()(exports, require, module, filename, __dirname);

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
