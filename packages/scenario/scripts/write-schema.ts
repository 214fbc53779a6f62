import { writeFileSync } from "node:fs";
import { scenarioJsonSchema } from "../src/schema.ts";

const file = new URL("../scenario.schema.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
