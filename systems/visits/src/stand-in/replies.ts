/** RESP2, or RESP3 once a client has said HELLO 3. */
export type Protocol = 2 | 3;

export const OK = "+OK\r\n";

export function simple(text: string): string {
  return `+${text}\r\n`;
}

/** Begins with a word in capitals, such as ERR. Line ends would end the reply, so they become spaces. */
export function error(text: string): string {
  return `-${text.replace(/[\r\n]/g, " ")}\r\n`;
}

export function integer(value: bigint | number): string {
  return `:${value}\r\n`;
}

/** One character per byte, as everywhere in the stand-in. */
export function bulk(value: string): string {
  return `$${value.length}\r\n${value}\r\n`;
}

export function nothing(protocol: Protocol): string {
  return protocol === 3 ? "_\r\n" : "$-1\r\n";
}

export function array(items: readonly string[]): string {
  return `*${items.length}\r\n${items.join("")}`;
}

export function map(pairs: readonly (readonly [string, string])[], protocol: Protocol): string {
  const items = pairs.flatMap(([key, value]) => [bulk(key), value]);
  return protocol === 3 ? `%${pairs.length}\r\n${items.join("")}` : array(items);
}

/** A word as Redis' MONITOR shows it: in quotes, with everything escaped that a terminal would obey. */
export function quoted(word: string): string {
  const named: Readonly<Record<string, string>> = {
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\u0007": "\\a",
    "\b": "\\b",
    '"': '\\"',
    "\\": "\\\\",
  };
  const escaped = word.replace(/[^ !#-[\]-~]/g, (character) => {
    const hex = character.charCodeAt(0).toString(16).padStart(2, "0");
    return named[character] ?? `\\x${hex}`;
  });
  return `"${escaped}"`;
}
