import { connect } from "node:net";
import type { Address } from "./address.ts";

const EVERY_MS = 100;

/** Calls `up` once the address takes connections again. Returns what ends the watch. */
export function watchUpstream(address: () => Address, up: () => void): () => void {
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    over = true;
    clearTimeout(timer);
  };
  const again = (): void => {
    if (!over) timer = setTimeout(look, EVERY_MS);
  };
  const look = (): void => {
    const { host, port } = address();
    const socket = connect({ host: host || "localhost", port });
    socket.once("error", again);
    socket.once("connect", () => {
      socket.destroy();
      if (!over) up();
    });
  };
  again();
  return stop;
}
