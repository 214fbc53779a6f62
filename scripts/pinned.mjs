import { execFileSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { runChild } from "./child.mjs";
import { pinnedNode } from "./installed.mjs";
import { nodeProblem, runsTypeScript } from "./node-version.mjs";
import { SetupProblem, setUp } from "./setup.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The Node for the real work: the pinned one, unless BREAKWATER_NODE names another program, or
 * says "current" for the user's own. Under npm, `node` is already the pinned one, because npm puts
 * the installed programs first; npm tells which Node it runs on itself.
 */
function chosenNode() {
  const choice = process.env.BREAKWATER_NODE;
  if (choice === undefined || choice === "") return pinnedNode(root);
  const own = process.env.npm_node_execpath ?? process.execPath;
  const program = choice === "current" ? own : choice;
  const version = execFileSync(program, ["-p", "process.versions.node"], {
    encoding: "utf8",
  }).trim();
  if (runsTypeScript(version)) return program;
  throw new SetupProblem(
    `BREAKWATER_NODE needs a Node that runs TypeScript, 22.18 or newer, and "${choice}" is ${version}. Leave it out to use the pinned Node.`,
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
