export { Alarm, type KernelEvent } from "./kernel/event-queue.ts";
export { Kernel, TimeStandsStillError } from "./kernel/kernel.ts";
export {
  type CallTarget,
  VirtualCall,
  VirtualCaller,
  VirtualEngine,
} from "./kernel/virtual-caller.ts";
export { type RunOptions, runScenario } from "./run.ts";
export { ENGINE_VERSION } from "./version.ts";
