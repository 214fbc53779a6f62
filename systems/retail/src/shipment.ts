/** The shipment service, where the environment names no other ID. */
import { serve } from "./serve.ts";

await serve({ ID: "shipment", ...process.env });
