export { samplerOf } from "@breakwater/scenario/plan";
export { Alarm, type KernelEvent } from "./kernel/event-queue.ts";
export { Kernel, TimeStandsStillError } from "./kernel/kernel.ts";
export {
  type CallTarget,
  VirtualCall,
  VirtualCaller,
  VirtualEngine,
} from "./kernel/virtual-caller.ts";
export { type RunOptions, runScenario } from "./run.ts";
export { replicationSeed } from "./seeds.ts";
export { type Attempt, Client, type ClientOptions } from "./simulation/client.ts";
export { RandomStream } from "./simulation/random-stream.ts";
export { Simulation, type SimulationOptions } from "./simulation/simulation.ts";
export type {
  AttemptTrace,
  CallTrace,
  RequestChoice,
  RequestTrace,
} from "./trace/request-trace.ts";
export { type Traced, traceRequest } from "./trace/trace.ts";
export { ENGINE_VERSION } from "./version.ts";
