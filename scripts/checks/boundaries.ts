import { type Finding, lineAt, type SourceFile } from "./finding.ts";
import { importsOf } from "./imports.ts";

/** The part of a package.json that matters here. */
export interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
}

/** One folder of packages/ or systems/. */
export interface Room {
  /** The path from the repository's folder, such as "packages/policy". */
  readonly folder: string;
  readonly manifest: Manifest;
  /** The paths in tsconfig.json's references, such as "../policy". */
  readonly references: readonly string[];
  readonly sources: readonly SourceFile[];
}

/** Who may import whom: the one picture of the house, as data. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  policy: [],
  metrics: [],
  breakwater: ["policy"],
  scenario: ["policy"],
  simulator: ["policy", "scenario", "metrics"],
  live: ["policy", "breakwater", "scenario", "metrics"],
  cli: ["policy", "breakwater", "scenario", "metrics", "simulator", "live"],
  studio: ["policy", "scenario", "metrics", "simulator"],
  conformance: ["policy", "breakwater", "scenario", "metrics", "simulator"],
};

/** Packages that must run anywhere, and so depend on nothing that others publish. */
const WITHOUT_THIRD_PARTIES = new Set(["policy", "metrics", "simulator", "breakwater"]);

const roomName = (folder: string): string => folder.slice(folder.lastIndexOf("/") + 1);
const packageOf = (specifier: string): string =>
  specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
const isTest = (path: string): boolean => /\.(test|soak)\.ts$|\/test-support\//.test(path);

/** Everything that crosses a line between packages without leave. */
export function boundaryFindings(
  rooms: readonly Room[],
  rootDevDependencies: readonly string[],
): Finding[] {
  const byPackage = new Map(rooms.map((room) => [room.manifest.name, room]));
  return rooms.flatMap((room) => [
    ...manifestFindings(room, byPackage),
    ...referenceFindings(room, byPackage),
    ...room.sources.flatMap((file) => importFindings(room, file, byPackage, rootDevDependencies)),
  ]);
}

function mayUse(room: Room, other: Room): boolean {
  const name = roomName(other.folder);
  if (room.folder.startsWith("systems/")) return name === "breakwater";
  return ALLOWED[roomName(room.folder)]?.includes(name) ?? false;
}

function manifestFindings(room: Room, byPackage: ReadonlyMap<string, Room>): Finding[] {
  const file = `${room.folder}/package.json`;
  if (room.folder.startsWith("packages/") && ALLOWED[roomName(room.folder)] === undefined) {
    return [{ file, message: "is not in the table of scripts/checks/boundaries.ts; add it" }];
  }
  return Object.keys(room.manifest.dependencies ?? {}).flatMap((name) => {
    const other = byPackage.get(name);
    if (other !== undefined && !mayUse(room, other)) {
      return [{ file, message: `must not depend on ${name}` }];
    }
    if (other === undefined && WITHOUT_THIRD_PARTIES.has(roomName(room.folder))) {
      return [{ file, message: `must stay free of dependencies, and names ${name}` }];
    }
    return [];
  });
}

function referenceFindings(room: Room, byPackage: ReadonlyMap<string, Room>): Finding[] {
  const file = `${room.folder}/tsconfig.json`;
  const wanted = Object.keys(room.manifest.dependencies ?? {})
    .map((name) => byPackage.get(name))
    .filter((other) => other !== undefined)
    .map((other) => relativePath(room.folder, other.folder));
  const missing = wanted.filter((path) => !room.references.includes(path));
  // A path with one dot is a part of the same package, compiled with other settings.
  const extra = room.references.filter((path) => path.startsWith("..") && !wanted.includes(path));
  return [
    ...missing.map((path) => ({ file, message: `lacks a reference to ${path}` })),
    ...extra.map((path) => ({ file, message: `refers to ${path}, no dependency in package.json` })),
  ];
}

/** From one room to another: "../policy" within packages/, "../../packages/policy" from systems/. */
function relativePath(from: string, to: string): string {
  const parent = from.slice(0, from.lastIndexOf("/") + 1);
  return to.startsWith(parent) ? `../${to.slice(parent.length)}` : `../../${to}`;
}

function importFindings(
  room: Room,
  file: SourceFile,
  byPackage: ReadonlyMap<string, Room>,
  rootDevDependencies: readonly string[],
): Finding[] {
  return importsOf(file.text).flatMap(({ specifier, position }) => {
    const message = specifier.startsWith(".")
      ? relativeProblem(room, file.path, specifier)
      : packageProblem(room, file.path, specifier, byPackage, rootDevDependencies);
    if (message === undefined) return [];
    return [{ file: file.path, line: lineAt(file.text, position), message }];
  });
}

function relativeProblem(room: Room, path: string, specifier: string): string | undefined {
  const inside = new URL(specifier, `file:///${path}`).pathname.slice(1);
  if (inside.startsWith(`${room.folder}/`)) return undefined;
  return `"${specifier}" leaves the package; import the other one by its name`;
}

function packageProblem(
  room: Room,
  path: string,
  specifier: string,
  byPackage: ReadonlyMap<string, Room>,
  rootDevDependencies: readonly string[],
): string | undefined {
  if (specifier.startsWith("node:")) return undefined;
  const { dependencies, devDependencies, peerDependencies, name: own } = room.manifest;
  const name = packageOf(specifier);
  const other = byPackage.get(name);
  if (other !== undefined) {
    if (name !== own && !mayUse(room, other)) return `"${specifier}" may not be imported here`;
    const door = `.${specifier.slice(name.length)}`;
    if (other.manifest.exports?.[door] === undefined) {
      return `"${specifier}" goes past the exports of ${name}`;
    }
  }
  const forTests = isTest(path)
    ? [...rootDevDependencies, ...Object.keys(devDependencies ?? {})]
    : [];
  const declared = { ...dependencies, ...peerDependencies };
  if (name === own || name in declared || forTests.includes(name)) return undefined;
  return `"${specifier}" is not among the dependencies in package.json`;
}
