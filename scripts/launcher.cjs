#!/usr/bin/env node
'use strict';
// Starts the program. Compiling it would take longer than most runs: what V8 made of each part when it was built
// lies beside it, and is passed over where it was made by another V8.
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

// The build lets the program run once and keeps what was compiled by then.
const keepCompiled = process.env.TSIBLE_KEEP_COMPILED !== undefined;
const loaded = new Map();

load('./main.js');

function load(name) {
  if (!name.startsWith('./')) return require(name);
  const known = loaded.get(name);
  if (known) return known.exports;
  const filename = join(__dirname, name);
  const compiled = filename.replace(/\.js$/, '.cache');
  const script = new Script(readFileSync(filename, 'latin1'), {
    filename,
    cachedData: readIfThere(compiled),
  });
  if (keepCompiled) process.on('exit', () => writeFileSync(compiled, script.createCachedData()));
  const part = { exports: {} };
  loaded.set(name, part);
  script.runInThisContext()(part.exports, load, part, filename, __dirname);
  return part.exports;
}

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
