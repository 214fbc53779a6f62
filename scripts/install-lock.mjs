import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";

const POLL_MS = 300;

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/**
 * Tries to become the holder. The lock is a file that appears at once with its content (a hard
 * link), so nobody ever reads it half-written.
 * @param {string} path
 */
function tryTake(path) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, String(process.pid));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Removes a lock whose holder is gone, as after a power cut. Looks at the file's identity again
 * just before, so that a lock taken in the meantime survives.
 * @param {string} path
 */
function clearIfStale(path) {
  try {
    const { ino } = statSync(path);
    const holder = Number(readFileSync(path, "utf8"));
    if (isAlive(holder) || statSync(path).ino !== ino) return;
    rmSync(path, { force: true });
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
}

/**
 * Waits until this process alone may install, and returns the function that gives the right back.
 * @param {string} path the lock file
 * @param {() => void} onWait called once if somebody else holds it
 */
export async function takeLock(path, onWait) {
  let waited = false;
  while (!tryTake(path)) {
    clearIfStale(path);
    if (!waited) onWait();
    waited = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return () => rmSync(path, { force: true });
}
