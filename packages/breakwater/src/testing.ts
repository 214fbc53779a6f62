export { ManualClock } from "./clock/manual-clock.ts";
export { ChaosError, type ChaosOptions, chaos } from "./testing/chaos.ts";
export type {
  DependencyPhase,
  SimulatedAnswer,
  SimulatedAttempt,
  SimulatedDependency,
} from "./testing/dependency.ts";
export type { LatencyOption } from "./testing/options.ts";
export { type Simulated, type SimulateOptions, simulate } from "./testing/simulate.ts";
