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
  grows?: number;
  most?: number;
  rate?: number;
  messages?: "both" | "requests" | "answers";
  resend?: number;
  repeat?: CheckedRepeat;
}

export interface CheckedRepeat {
  every?: number;
  gap?: CheckedDistribution;
  length?: CheckedDistribution;
  times?: number;
  perInstance: boolean;
}

export interface CheckedChaos {
  seed?: number;
  at: number;
  for?: number;
  gap: CheckedDistribution;
  length: CheckedDistribution;
  of: readonly CheckedFault[];
}
