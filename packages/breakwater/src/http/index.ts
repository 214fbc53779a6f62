export { answerFor, type ErrorAnswer } from "./answer-for.ts";
export { FailedResponse, isFailureStatus, mayRepeat } from "./classify.ts";
export type { IncomingRequest, ProtectOptions } from "./gate.ts";
export type { HeadersLike } from "./header-values.ts";
export {
  ATTEMPT_HEADER,
  DEADLINE_HEADER,
  type Incoming,
  incoming,
  PRIORITY_HEADER,
} from "./incoming.ts";
export { Outgoing, type OutgoingCall, type OutgoingOptions } from "./outgoing.ts";
export { retryAfter } from "./retry-after.ts";
