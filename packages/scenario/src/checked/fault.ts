import type { Fault } from "../types/fault.ts";
import type { CheckedDistribution } from "./distribution.ts";

export interface CheckedFault {
  kind: Fault["kind"];
  name?: string;
  service: string;
  endpoint?: string;
  instance?: number;
  from?: string;
  at: number;
  for?: number;
  share: number;
  add?: CheckedDistribution;
  multiply?: number;
  strikes?: "new" | "inFlight";
  when?: "afterWork" | "beforeWork";
  lose?: number;
  requests?: "lost" | "redelivered";
}
