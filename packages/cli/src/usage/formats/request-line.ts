import { foldPath } from "../fold-path.ts";
import { NO_HTTP } from "../record.ts";

const REQUEST = /^([A-Z][A-Z-]{0,19}) (\S+)(?: HTTP\/[\d.]+)?$/;

/** "GET /orders/7?x=1 HTTP/1.1", folded. */
export function requestLine(text: string): { readonly method: string; readonly path: string } {
  const [, method, path] = REQUEST.exec(text) ?? [];
  if (method === undefined || path === undefined) return NO_HTTP;
  return { method, path: foldPath(path) };
}
