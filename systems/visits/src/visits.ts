/** The page as a process: configured by its environment, see docs/systems/visits.md. */

import { recordFacts } from "breakwater/record";
import { createVisitsService } from "./page/service.ts";
import { readEnvFile, readSettings } from "./page/settings.ts";
import { announce, endWithProcess, fail } from "./process/entry.ts";

try {
  const settings = readSettings(process.env, readEnvFile(new URL("../.env", import.meta.url)));
  const service = await createVisitsService(settings);
  const { BREAKWATER_RECORD: recording } = process.env;
  if (recording !== undefined) recordFacts({ redis: service.policy }, recording);
  service.policy.onFact((fact) => {
    if ("from" in fact) process.stderr.write(`redis: ${fact.type}: ${fact.reason}\n`);
  });
  endWithProcess(service);
  announce("visits", await service.listen());
} catch (error) {
  fail(error);
}
