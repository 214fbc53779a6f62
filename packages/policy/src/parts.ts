export * from "./policy/parts.ts";
export { type PartName, type Parts, resolveParts } from "./policy/resolve-parts.ts";
