/** The payment service, where the environment names no other ID. */
import { serve } from "./serve.ts";

await serve({ ID: "payment", ...process.env });
