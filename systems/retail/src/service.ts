/** One service of a chain, of whatever length: ID, CHAIN_SVC and JUMPS decide which. */
import { serve } from "./serve.ts";

await serve(process.env);
