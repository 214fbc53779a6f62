export { ManualClock } from "./clock/manual-clock.ts";
