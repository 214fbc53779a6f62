import { UserError } from "../../errors.ts";
import { EXIT } from "../../io.ts";

/** Nobody answers, or a port cannot be had: nothing is wrong with what was asked. */
export class EnvironmentError extends UserError {
  override readonly exitCode: number = EXIT.environment;
}
