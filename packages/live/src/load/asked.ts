import type { ResolvedCall, ResolvedScenario } from "@breakwater/scenario";
import { endpointPath } from "../synthetic/protocol.ts";
import type { EndpointRequest } from "./http-attempt.ts";

/** How the callee of a call is asked: as the scenario says for a real service, else as synthetic ones understand. */
export function requestFor({ services }: ResolvedScenario, call: ResolvedCall): EndpointRequest {
  const service = services.find(({ name }) => name === call.service);
  const live = service?.endpoints.find(({ name }) => name === call.endpoint)?.live;
  if (service?.live === undefined || live === undefined) {
    const path = service?.live === undefined ? endpointPath(call.endpoint) : `/${call.endpoint}`;
    return { method: "GET", path, headers: {}, body: undefined };
  }
  const { method, path, headers, body } = live;
  if (body === undefined || typeof body === "string") return { method, path, headers, body };
  const json = { "content-type": "application/json", ...headers };
  return { method, path, headers: json, body: JSON.stringify(body) };
}
