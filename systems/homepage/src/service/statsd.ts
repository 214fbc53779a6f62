/** Figures of a service for a statsd server, as in the demonstration: sent, not asked for. */
import type { Policy } from "breakwater";
import type { FastifyInstance } from "fastify";
import { StatsD } from "hot-shots";

export interface StatsdAddress {
  readonly host: string;
  readonly port: number;
}

/** Well below what a network carries in one piece. */
const MOST_BYTES = 1200;
/** How long figures are kept back to go out together. */
const FLUSH_MS = 200;
/** A server that is started anew has another address. */
const ADDRESS_KEPT_MS = 10_000;

/** Sends figures under `homepage.<service>.`; whether anybody takes them is of no concern to the service. */
export class Statsd {
  readonly #client: StatsD;

  constructor(service: string, { host, port }: StatsdAddress) {
    this.#client = new StatsD({
      host,
      port,
      prefix: `homepage.${service}.`,
      includeDataDogTags: false,
      maxBufferSize: MOST_BYTES,
      bufferFlushInterval: FLUSH_MS,
      cacheDns: true,
      cacheDnsTtl: ADDRESS_KEPT_MS,
      errorHandler: () => {},
    });
  }

  /** `requests.STATUS` and `request_ms`. */
  measure(app: FastifyInstance): void {
    app.addHook("onResponse", (_request, reply, next) => {
      this.count("requests", String(reply.statusCode));
      this.#client.timing("request_ms", reply.elapsedTime);
      next();
    });
    app.addHook("onClose", (_app, done) => this.#client.close(() => done()));
  }

  /** `calls.NAME.OUTCOME` and `circuit.NAME.CHANGE`. */
  follow(name: string, policy: Policy<unknown>): void {
    policy.onFact((fact) => {
      if (fact.shadow === true) return;
      if (fact.type === "callEnded") this.count("calls", name, fact.outcome);
      if (fact.type.startsWith("circuit")) this.count("circuit", name, fact.type);
    });
  }

  count(...path: string[]): void {
    this.#client.increment(path.join("."));
  }
}

export function statsdOf(service: string, address: StatsdAddress | undefined): Statsd | undefined {
  return address === undefined ? undefined : new Statsd(service, address);
}
