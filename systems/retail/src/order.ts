/** The order service, where the environment names no other ID. */
import { serve } from "./serve.ts";

await serve({ ID: "order", ...process.env });
