/** Headers as they came: names and values in turn. */
export type RawHeaders = readonly string[];

/** Of one connection only (RFC 9110, 7.6.1); "Connection: close" is passed on, since both ends should know. */
const OF_ONE_CONNECTION = new Set(["keep-alive", "proxy-connection"]);

/** The headers that go on to the other side, spelled and ordered as they were. */
export function passedOn(raw: RawHeaders): string[] {
  return pairs(raw)
    .filter(([name, value]) => {
      const lower = name.toLowerCase();
      if (lower === "connection") return value.toLowerCase() === "close";
      return !OF_ONE_CONNECTION.has(lower);
    })
    .flat();
}

/** The headers with these changes: a text replaces every header of the name, null removes them. */
export function changed(
  raw: RawHeaders,
  changes: Readonly<Record<string, string | null>>,
): string[] {
  const names = new Set(Object.keys(changes).map((name) => name.toLowerCase()));
  const kept = pairs(raw).filter(([name]) => !names.has(name.toLowerCase()));
  const added = Object.entries(changes).filter(([, value]) => value !== null) as [string, string][];
  return [...kept, ...added].flat();
}

/** The headers without what tells of a body, for another one of so many bytes. */
export function withBody(raw: RawHeaders, bytes: number): string[] {
  const gone = { "content-length": null, "transfer-encoding": null, "content-encoding": null };
  return [...changed(raw, gone), "Content-Length", String(bytes)];
}

export function has(raw: RawHeaders, name: string): boolean {
  return pairs(raw).some(([one]) => one.toLowerCase() === name);
}

function pairs(raw: RawHeaders): [string, string][] {
  const found: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) found.push([raw[i] ?? "", raw[i + 1] ?? ""]);
  return found;
}
