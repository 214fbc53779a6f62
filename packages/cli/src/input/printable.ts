/**
 * For JSON.parse: takes from every text the characters that a terminal obeys instead of showing (escape sequences,
 * reversed direction of writing, line breaks). Scenarios and results may come from anyone.
 */
export function withoutControlCharacters(_key: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  return value.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, " ");
}
