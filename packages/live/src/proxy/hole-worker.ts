import { createServer } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

const { address, flag } = workerData as {
  address: { host: string; port: number };
  flag: Int32Array;
};
const { host, port } = address;

parentPort?.once("message", () => {
  const server = createServer();
  server.on("error", (error) => parentPort?.postMessage(error.message));
  server.listen({ ...(host === "" ? {} : { host }), port, backlog: 1 }, () => {
    parentPort?.postMessage("listening");
    // Never again into the event loop, so nobody is accepted. Ends when the thread is terminated.
    Atomics.wait(flag, 0, 0);
  });
});
parentPort?.postMessage("ready");
