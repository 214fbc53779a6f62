import type { Shell } from "../case.ts";
import { bareMachine } from "./bare.ts";
import { driver } from "./driver.ts";
import { simulator } from "./simulator.ts";

export const SHELLS: readonly Shell[] = [bareMachine, simulator, driver];
