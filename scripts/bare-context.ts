/**
 * Runs a scenario in a context that has nothing but the language: no timers, no I/O, no clock, no random numbers.
 * Prints the result's JSON. A simulator that reached for anything ambient would throw here.
 *
 * Usage: node --experimental-vm-modules --conditions=breakwater-source scripts/bare-context.ts < resolved-scenario.json
 */
import { readFileSync } from "node:fs";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { dirname, resolve } from "node:path";
import { createContext, type Module, runInContext, SourceTextModule } from "node:vm";

const root = resolve(import.meta.dirname, "..");
const require = createRequire(import.meta.url);

/** Everything that a browser, a worker or another runtime may not have, or that would make two runs differ. */
const REMOVE_AMBIENT = `
  delete globalThis.Date;
  delete globalThis.console;
  delete globalThis.SharedArrayBuffer;
  delete globalThis.Atomics;
  delete globalThis.WebAssembly;
  delete globalThis.Intl;
  Math.random = () => { throw new Error("Math.random was called"); };
`;

const context = createContext({}, { codeGeneration: { strings: false, wasm: false } });
runInContext(REMOVE_AMBIENT, context);

const modules = new Map<string, SourceTextModule>();

function load(file: string): SourceTextModule {
  const known = modules.get(file);
  if (known !== undefined) return known;
  const code = stripTypeScriptTypes(readFileSync(file, "utf8"));
  const made = new SourceTextModule(code, { context, identifier: file });
  modules.set(file, made);
  return made;
}

function link(specifier: string, from: Module): SourceTextModule {
  if (specifier.startsWith(".")) return load(resolve(dirname(from.identifier), specifier));
  const [, name = specifier, door = ""] = /^(@[^/]+\/[^/]+|[^/]+)(.*)$/.exec(specifier) ?? [];
  const manifest = require(`${root}/node_modules/${name}/package.json`);
  const source = manifest.exports[`.${door}`]["breakwater-source"];
  return load(resolve(root, "node_modules", name, source));
}

const simulator = load(resolve(root, "packages/simulator/src/index.ts"));
await simulator.link(link);
await simulator.evaluate();

const main = new SourceTextModule(
  `import { runScenario } from "simulator";
   export function run(text) {
     const revive = (key, value) => (value === "Infinity" ? Infinity : value);
     return JSON.stringify(runScenario(JSON.parse(text, revive)));
   }`,
  { context, identifier: "main" },
);
await main.link(() => simulator);
await main.evaluate();
const { run } = main.namespace as { run(text: string): string };
process.stdout.write(run(readFileSync(0, "utf8")));
