/** Runs a resolved scenario from standard input and prints the result's JSON, for comparing processes. */
import { readFileSync } from "node:fs";
import { runScenario } from "@breakwater/simulator";

const text = readFileSync(0, "utf8");
const scenario = JSON.parse(text, (_, value) => (value === "Infinity" ? Infinity : value));
process.stdout.write(JSON.stringify(runScenario(scenario)));
