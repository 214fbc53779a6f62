export { serveAdmin } from "./proxy/api/admin.ts";
export { proxiesFromJson } from "./proxy/api/body.ts";
export { ProxyError } from "./proxy/errors.ts";
export { createFaultProxies } from "./proxy/proxies.ts";
export type * from "./proxy/types.ts";
