import { later } from "../later.ts";
import type { ServiceModel } from "../service.ts";
import { report, type World } from "../world.ts";
import type { FaultInForce } from "./fault.ts";

/** Plans the beginning and the end of a fault. */
export function scheduleFault(world: World, force: FaultInForce, service: ServiceModel): void {
  const { fault, model } = force;
  const struck = service.instances.filter(
    ({ index }) => fault.instance === undefined || fault.instance === index,
  );
  world.kernel.at(
    fault.atMs,
    later(() => {
      report(world, "faultStarted", fault.name, "", fault.kind);
      if (model.begin === undefined) return;
      force.struck += struck.length;
      for (const instance of struck) model.begin(fault, instance);
    }),
  );
  if (fault.endMs === Infinity) return;
  world.kernel.at(
    fault.endMs,
    later(() => {
      for (const instance of struck) model.end?.(fault, instance);
      report(world, "faultEnded", fault.name, "", fault.kind);
    }),
  );
}
