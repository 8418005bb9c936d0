// npm's WebAssembly compiler behind the command line of a native solc, as far as py-solc-x and forge use it:
//   node solc.cjs PACKAGE VERSION --version
//   node solc.cjs PACKAGE VERSION --standard-json [--base-path P] [--include-path P …] [--allow-paths …] [FILE]
//
// It talks to the compiler's C interface itself, because npm's own `compile()` copies the input to the small
// WebAssembly stack ("memory access out of bounds" at 2.5 MB); a string from `solidity_alloc` lives on the heap.
"use strict";
const fs = require("node:fs");
const path = require("node:path");

const [packageName, version, ...options] = process.argv.slice(2);

function fail(message) {
  process.stderr.write(`Error: ${message}\n`);
  process.exit(1);
}

/** A pipe takes as much as it has room for: write until all is out. */
function writeAll(text) {
  const bytes = Buffer.from(text, "utf8");
  for (let at = 0; at < bytes.length; ) {
    try {
      at += fs.writeSync(1, bytes, at, Math.min(bytes.length - at, 65536));
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5); // the reader is slow: wait 5 ms
    }
  }
}

/** Folders in which a source that is named but not given is looked for, in solc's order. */
function searchFolders() {
  const folders = [];
  for (let i = 0; i < options.length; i++) {
    if (options[i] === "--base-path") folders.unshift(options[i + 1]);
    if (options[i] === "--include-path") folders.push(options[i + 1]);
  }
  return folders.length > 0 ? folders : ["."];
}

function findSource(name) {
  const clean = name.replace(/^file:\/\//, "");
  for (const folder of searchFolders()) {
    const file = path.resolve(folder, clean);
    if (fs.existsSync(file)) return { contents: fs.readFileSync(file, "utf8") };
  }
  return { error: `File not found: ${name}` };
}

function compile(input) {
  // soljson.js installs handlers that turn any later error into an abort with a wall of code: remove them.
  const handlers = new Set(process.listeners("uncaughtException"));
  const solidity = require(require.resolve(`${packageName}/soljson.js`, { paths: [path.join(__dirname, "..")] }));
  for (const handler of process.listeners("uncaughtException")) {
    if (!handlers.has(handler)) process.removeListener("uncaughtException", handler);
  }

  const put = (text) => {
    const size = solidity.lengthBytesUTF8(text) + 1;
    const pointer = solidity._solidity_alloc(size);
    solidity.stringToUTF8(text, pointer, size);
    return pointer;
  };
  const setPointer = (at, pointer) => solidity.setValue(at, pointer, "*");
  const readFile = (_context, kind, data, contents, error) => {
    const answer =
      solidity.UTF8ToString(kind) === "source"
        ? findSource(solidity.UTF8ToString(data))
        : { error: "SMT queries are not supported" };
    if (answer.contents !== undefined) setPointer(contents, put(answer.contents));
    else setPointer(error, put(answer.error));
  };
  const callback = solidity.addFunction(readFile, "viiiii");
  return solidity.UTF8ToString(solidity._solidity_compile(put(input), callback, 0));
}

if (options.includes("--version")) {
  writeAll(`solc, the solidity compiler commandline interface\nVersion: ${version}.Linux.g++\n`);
} else if (options.includes("--standard-json")) {
  const valued = new Set(["--base-path", "--include-path", "--allow-paths"]);
  const file = options.find((word, i) => !word.startsWith("-") && !valued.has(options[i - 1]));
  const output = compile(fs.readFileSync(file ?? 0, "utf8"));
  if (!output) fail("the compiler gave no output");
  writeAll(output);
} else {
  fail("only --version and --standard-json are supported by this front end of npm's compiler");
}
