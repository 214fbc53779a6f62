import type { AttributeSpec, FaultKind } from "../../packages/live/src/proxy/faults/kind.ts";
import { requestMatch } from "../../packages/live/src/proxy/faults/request-match.ts";
import { faultKinds } from "../../packages/live/src/proxy/registry.ts";

/** `bytes`: the proxy's faults on connections. `requests`: those on HTTP requests. `match`: what these share. */
export function toxicsTable(which: string): string {
  if (which === "match") return attributesTable(Object.entries(requestMatch));
  const kinds = (Object.values(faultKinds) as readonly FaultKind[]).filter(
    ({ request }) => (request !== undefined) === (which === "requests"),
  );
  const rows = kinds.map(({ type, about, attributes }) => {
    const own = Object.entries(attributes).filter(([name]) => !(name in requestMatch));
    return `| \`${type}\` | ${about} | ${own.map(attributeText).join("<br>") || "-"} |`;
  });
  return ["| Type | What it does | Attributes |", "|---|---|---|", ...rows].join("\n");
}

function attributesTable(entries: readonly [string, AttributeSpec][]): string {
  const rows = entries.map(([name, { about }]) => `| \`${name}\` | ${about} |`);
  return ["| Attribute | |", "|---|---|", ...rows].join("\n");
}

function attributeText([name, spec]: [string, AttributeSpec]): string {
  const unit = spec.unit ? ` (${spec.unit})` : "";
  const normal = spec.default === undefined ? "" : `; ${spec.default}, if left out`;
  return `\`${name}\`${unit}: ${spec.about}${normal}`;
}
