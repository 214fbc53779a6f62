/** Headers in any of the forms that Node's libraries use. */
export type HeadersLike =
  | { get(name: string): unknown }
  | { readonly [name: string]: unknown }
  | readonly unknown[];

/**
 * The text of one header, or undefined when there is none, or several: of two deadlines neither is to be believed.
 * Never throws. `name` is in lower case.
 */
export function headerOf(
  headers: HeadersLike | null | undefined,
  name: string,
): string | undefined {
  try {
    if (headers === null || headers === undefined) return undefined;
    if (Array.isArray(headers)) return pairedHeader(headers, name);
    const value =
      typeof (headers as { get?: unknown }).get === "function"
        ? (headers as { get(name: string): unknown }).get(name)
        : namedHeader(headers as Record<string, unknown>, name);
    return textOf(value);
  } catch {
    // Headers that cannot be read have said nothing.
    return undefined;
  }
}

/** An object with names in any case. */
function namedHeader(headers: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(headers, name)) return headers[name];
  const key = Object.keys(headers).find((each) => each.toLowerCase() === name);
  return key === undefined ? undefined : headers[key];
}

/** A flat list: name, value, name, value. */
function pairedHeader(headers: readonly unknown[], name: string): string | undefined {
  const values: unknown[] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (String(headers[i]).toLowerCase() === name) values.push(headers[i + 1]);
  }
  return textOf(values);
}

function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length === 1 ? textOf(value[0]) : undefined;
  if (value instanceof Uint8Array) return new TextDecoder("latin1").decode(value);
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? value : undefined;
}
