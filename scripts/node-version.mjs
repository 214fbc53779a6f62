// The oldest Node that can start Breakwater's scripts. The real work runs on the pinned Node.
const OLDEST_MAJOR = 20;

/**
 * Says what is wrong with this version of Node, or nothing when it will do.
 * @param {string} version such as "20.11.1"
 * @returns {string | undefined}
 */
export function nodeProblem(version) {
  const major = Number(version.split(".")[0]);
  if (major >= OLDEST_MAJOR) return undefined;
  return `Breakwater needs Node ${OLDEST_MAJOR} or newer, and this is Node ${version}. Install a newer one from nodejs.org and try again.`;
}

/**
 * Whether this version runs TypeScript files as they are, without a flag.
 * @param {string} version such as "22.18.0"
 */
export function runsTypeScript(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
}
