import { bandwidth } from "./faults/bandwidth.ts";
import { blackhole } from "./faults/blackhole.ts";
import { corruption } from "./faults/corruption.ts";
import { httpAbort } from "./faults/http-abort.ts";
import { httpError } from "./faults/http-error.ts";
import { httpLatency } from "./faults/http-latency.ts";
import { httpResponse } from "./faults/http-response.ts";
import type { FaultKind } from "./faults/kind.ts";
import { latency } from "./faults/latency.ts";
import { limitData } from "./faults/limit-data.ts";
import { noop } from "./faults/noop.ts";
import { packetLoss } from "./faults/packet-loss.ts";
import { refuse } from "./faults/refuse.ts";
import { resetPeer } from "./faults/reset-peer.ts";
import { slicer } from "./faults/slicer.ts";
import { slowClose } from "./faults/slow-close.ts";
import { timeout } from "./faults/timeout.ts";
import type { FaultType } from "./types.ts";

/** Every kind of fault. A new one is a file in faults/ and a line here. */
export const faultKinds: { readonly [T in FaultType]: FaultKind<T> } = {
  latency,
  bandwidth,
  slow_close: slowClose,
  timeout,
  reset_peer: resetPeer,
  slicer,
  limit_data: limitData,
  packet_loss: packetLoss,
  corruption,
  blackhole,
  refuse,
  http_error: httpError,
  http_latency: httpLatency,
  http_abort: httpAbort,
  http_response: httpResponse,
  noop,
};

export function faultKind(type: string): FaultKind | undefined {
  // Each kind is used with attributes that were checked against its own table.
  return Object.hasOwn(faultKinds, type) ? (faultKinds[type as FaultType] as FaultKind) : undefined;
}
