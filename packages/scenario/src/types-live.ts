import type { Duration } from "@breakwater/policy";

/** A real service. It is started with PORT=0 and HOST in its environment, and prints where it listens. */
export interface LiveService {
  /** The program and its words. Either this or `address`. */
  command?: string[];
  /** Where the service already runs: "http://127.0.0.1:8080". */
  address?: string;
  /** Where the command runs, from the folder of the scenario's file; that folder unless set. */
  folder?: string;
  /** More environment variables. */
  env?: Record<string, string>;
  /** Environment variable -> the service that is called at the address in it. */
  urls?: Record<string, string>;
  /** The path that answers 200 once the service is ready; "/health" unless set. */
  ready?: string;
  /** 20 s unless set. */
  startWithin?: Duration;
}

/** How a real service is asked for an endpoint. */
export interface LiveEndpoint {
  /** GET unless set. */
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** "/" and the endpoint's name unless set. */
  path?: string;
  headers?: Record<string, string>;
  /** Text as it is, anything else as JSON. */
  body?: unknown;
}
