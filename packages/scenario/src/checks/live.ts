import type { Problem } from "@breakwater/policy";
import type { CheckedScenario } from "../checked.ts";
import { unknownName } from "./wording.ts";

/** What live runs could not start. */
export function* liveProblems({ services }: CheckedScenario): Generator<Problem> {
  for (const [name, { live }] of Object.entries(services)) {
    if (live === undefined) continue;
    const path = `services.${name}.live`;
    const { command, address, urls } = live;
    if ((command === undefined) === (address === undefined)) {
      yield {
        path,
        value: undefined,
        message: command === undefined ? "says nothing to start or to find" : "says both",
        allowed: "either command or address",
        fix: "give the command that starts the service, or the address where it already runs",
      };
    }
    for (const [variable, service] of Object.entries(urls)) {
      if (Object.hasOwn(services, service)) continue;
      yield unknownName("service", service, `${path}.urls.${variable}`, Object.keys(services));
    }
  }
}
