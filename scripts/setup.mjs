// Gets a fresh clone ready: installs what the lock file says, once, and nothing when it is there.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { runChild } from "./child.mjs";
import { takeLock } from "./install-lock.mjs";
import { isStamped, npmHasInstalled, pinnedNode, writeStamp } from "./installed.mjs";
import { startProgress } from "./progress.mjs";

/** A problem that the user can solve; its message says how. */
export class SetupProblem extends Error {
  /** @param {string} message @param {number} exitCode */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** @param {string} message */
const say = (message) => process.stderr.write(`${message}\n`);

/**
 * npm as a program and its first arguments. Under `npm run`, npm tells where it is, which spares
 * a shell (and its quoting) on Windows.
 */
function npmCommand() {
  const path = process.env.npm_execpath;
  if (path?.endsWith("npm-cli.js") && existsSync(path)) {
    return {
      command: process.env.npm_node_execpath ?? process.execPath,
      first: [path],
      shell: false,
    };
  }
  return { command: "npm", first: [], shell: process.platform === "win32" };
}

/** @param {string} what @param {string} root @param {() => ReturnType<typeof runChild>} run */
async function installStep(what, root, run) {
  const progress = startProgress(what);
  const ended = await run().catch((error) => ({ code: 1, interrupted: false, output: `${error}` }));
  progress.end(ended.code === 0 ? "done" : ended.interrupted ? "interrupted" : "failed");
  if (ended.interrupted) {
    throw new SetupProblem("The next start begins the installation again.", 130);
  }
  if (ended.code !== 0) {
    const hint = `Check the connection to the npm registry, then try again, or run: npm ci\n(in ${root})`;
    throw new SetupProblem(`${ended.output.trim()}\n\nInstalling did not work. ${hint}`);
  }
}

/** @param {string} root */
async function installAll(root) {
  const { command, first, shell } = npmCommand();
  // The tools are development dependencies, and run on the pinned Node: neither a production
  // setting nor a strict engine check of the user's own Node should keep them out.
  const flags = ["--include=dev", "--include=optional", "--engine-strict=false"];
  const args = [...first, "ci", ...flags, "--no-audit", "--no-fund", "--loglevel=error"];
  const run = () => runChild(command, args, { cwd: root, keepOutput: true, shell });
  await installStep("Installing what Breakwater needs (once, about a minute)", root, run);
}

/**
 * The package `node` fetches its program in an install script. Where the user's npm blocks such
 * scripts, run that one, reviewed script ourselves.
 * @param {string} root
 */
async function repairPinnedNode(root) {
  const cwd = join(root, "node_modules", "node");
  const env = { ...process.env, npm_config_ignore_scripts: "false" };
  const args = ["installArchSpecificPackage.js"];
  const run = () => runChild(process.execPath, args, { cwd, env, keepOutput: true });
  await installStep("Fetching the pinned Node, because npm did not run its script", root, run);
}

/** @param {string} root */
async function checkPinnedNode(root) {
  const args = ["--version"];
  const ended = await runChild(pinnedNode(root), args, { cwd: root, keepOutput: true }).catch(
    (error) => ({ code: 1, output: `${error}` }),
  );
  if (ended.code === 0) return;
  throw new SetupProblem(
    `The pinned Node does not run on this machine:\n${ended.output.trim()}\n\n` +
      "With a Node 22.18 or newer of your own, set BREAKWATER_NODE=current to use that one.",
  );
}

/** @param {NodeJS.ErrnoException} error @param {string} root */
function explain(error, root) {
  if (!["EACCES", "EROFS", "EPERM"].includes(error.code ?? "")) return error;
  return new SetupProblem(
    `Breakwater installs what it needs into ${join(root, "node_modules")}, and may not write there (${error.code}).\n` +
      "Copy or clone it to a folder of your own, or make this one writable.",
  );
}

/** @param {string} root */
function isReady(root) {
  return isStamped(root) && existsSync(pinnedNode(root));
}

/**
 * Makes sure that everything is installed. Several processes may call it at once.
 * @param {string} root the repository's folder
 */
export async function setUp(root) {
  if (isReady(root)) return;
  let release = () => {};
  try {
    release = await takeLock(join(root, ".setup-lock"), () =>
      say("Another command is installing; waiting for it ..."),
    );
    if (isReady(root)) return;
    if (!npmHasInstalled(root)) await installAll(root);
    if (!existsSync(pinnedNode(root))) await repairPinnedNode(root);
    if (process.env.BREAKWATER_NODE === undefined) await checkPinnedNode(root);
    writeStamp(root);
  } catch (error) {
    throw explain(error, root);
  } finally {
    release();
  }
}
