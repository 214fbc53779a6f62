import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { runChild } from "./child.mjs";
import { pinnedNode } from "./installed.mjs";
import { nodeProblem, runsTypeScript } from "./node-version.mjs";
import { SetupProblem, setUp } from "./setup.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The Node for the real work: the pinned one, unless BREAKWATER_NODE names another program, or
 * says "current" for the one that runs this file.
 */
function chosenNode() {
  const choice = process.env.BREAKWATER_NODE;
  if (choice === undefined || choice === "") return pinnedNode(root);
  if (choice !== "current") return choice;
  if (runsTypeScript(process.versions.node)) return process.execPath;
  throw new SetupProblem(
    `BREAKWATER_NODE=current needs a Node that runs TypeScript, 22.18 or newer, and this is ${process.versions.node}. Leave it out to use the pinned Node.`,
  );
}

/**
 * Installs what is missing, then runs Node with these arguments in the repository's folder, and
 * leaves with its exit code.
 * @param {string[]} args
 */
export async function runPinned(args) {
  const problem = nodeProblem(process.versions.node);
  try {
    if (problem !== undefined) throw new SetupProblem(problem);
    await setUp(root);
    const { code } = await runChild(chosenNode(), args, { cwd: root });
    process.exitCode = code;
  } catch (error) {
    process.stderr.write(`${error instanceof SetupProblem ? error.message : error.stack}\n`);
    process.exitCode = error.exitCode ?? 1;
  }
}
