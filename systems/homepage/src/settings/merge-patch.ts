import { InvalidOptionsError } from "breakwater";

type Json = Readonly<Record<string, unknown>>;

/** Deeper than any settings can be, and far from where recursion ends. */
const DEEPEST = 20;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * JSON merge patch (RFC 7396): what the patch names is replaced, null removes, objects are merged.
 * @throws InvalidOptionsError when the patch is nested too deeply
 */
export function mergePatch(target: unknown, patch: unknown, path = "", depth = 0): unknown {
  if (!isObject(patch)) return patch;
  if (depth > DEEPEST) {
    const allowed = `at most ${DEEPEST} levels`;
    const about = { value: undefined, message: "is nested too deeply", allowed };
    throw new InvalidOptionsError([
      { path, ...about, fix: "send what should change, and no more" },
    ]);
  }
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else {
      const inside = path === "" ? key : `${path}.${key}`;
      merged.set(key, mergePatch(merged.get(key), value, inside.slice(0, 100), depth + 1));
    }
  }
  // fromEntries defines its properties: a key such as "__proto__" becomes one like any other.
  return Object.fromEntries(merged);
}
