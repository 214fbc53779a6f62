import { ProxyError } from "../errors.ts";
import type {
  FaultChange,
  FaultProxies,
  FaultProxy,
  FaultProxyOptions,
  FaultSpec,
  FaultState,
} from "../types.ts";
import { faultInput, proxiesFromJson, proxyChange, proxyOptions } from "./body.ts";
import { METRICS_TYPE, metricsText } from "./metrics.ts";
import { connectionView, faultView, faultViews, proxyView } from "./views.ts";

/** `json` is sent as JSON, `text` as it is; neither: an empty answer. */
export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly type?: string;
}

export interface Asked {
  readonly proxies: FaultProxies;
  /** The parts of the path that its pattern leaves open, decoded. */
  readonly names: readonly string[];
  readonly body: () => Promise<unknown>;
}

type Handler = (asked: Asked) => Promise<Answer>;

/** The API whose level this one has; clients that look at the version look for Toxiproxy's. */
const TOXIPROXY_VERSION = "2.12.0";

/** Patterns, with `*` for a name, and what each method does there. */
export const routes: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  "/proxies": { GET: listProxies, POST: createProxy },
  "/proxies/*": { GET: showProxy, POST: changeProxy, PATCH: changeProxy, DELETE: deleteProxy },
  "/proxies/*/toxics": { GET: listFaults, POST: addFault },
  "/proxies/*/toxics/*": {
    GET: showFault,
    POST: changeFault,
    PATCH: changeFault,
    DELETE: removeFault,
  },
  "/proxies/*/connections": { GET: listConnections },
  "/populate": { POST: populate },
  "/reset": { POST: reset },
  "/version": { GET: async () => ({ status: 200, json: { version: TOXIPROXY_VERSION } }) },
};

export const metricsRoute = {
  "/metrics": {
    GET: async ({ proxies }: Asked): Promise<Answer> => {
      return { status: 200, text: metricsText(proxies.list()), type: METRICS_TYPE };
    },
  },
};

function known({ proxies, names: [name = ""] }: Asked): FaultProxy {
  const proxy = proxies.get(name);
  if (proxy === undefined) throw new ProxyError("proxy not found", 404);
  return proxy;
}

function faultOf(proxy: FaultProxy, { names: [, name = ""] }: Asked): FaultState {
  const fault = proxy.fault(name);
  if (fault === undefined) throw new ProxyError("toxic not found", 404);
  return fault;
}

async function listProxies({ proxies }: Asked): Promise<Answer> {
  const views = proxies.list().map((proxy) => [proxy.name, proxyView(proxy)]);
  return { status: 200, json: Object.fromEntries(views) };
}

async function createProxy({ proxies, body }: Asked): Promise<Answer> {
  const proxy = await proxies.create(proxyOptions(await body()));
  return { status: 201, json: proxyView(proxy) };
}

async function showProxy(asked: Asked): Promise<Answer> {
  return { status: 200, json: proxyView(known(asked)) };
}

async function changeProxy(asked: Asked): Promise<Answer> {
  const proxy = known(asked);
  await proxy.update(proxyChange(await asked.body()));
  return { status: 200, json: proxyView(proxy) };
}

async function deleteProxy(asked: Asked): Promise<Answer> {
  await asked.proxies.remove(known(asked).name);
  return { status: 204 };
}

async function listFaults(asked: Asked): Promise<Answer> {
  return { status: 200, json: faultViews(known(asked)) };
}

async function addFault(asked: Asked): Promise<Answer> {
  const proxy = known(asked);
  const input = faultInput(await asked.body());
  return { status: 200, json: faultView(await proxy.addFault(input as FaultSpec)) };
}

async function showFault(asked: Asked): Promise<Answer> {
  return { status: 200, json: faultView(faultOf(known(asked), asked)) };
}

async function changeFault(asked: Asked): Promise<Answer> {
  const proxy = known(asked);
  const { name } = faultOf(proxy, asked);
  const input = faultInput(await asked.body());
  return { status: 200, json: faultView(await proxy.updateFault(name, input as FaultChange)) };
}

async function removeFault(asked: Asked): Promise<Answer> {
  await known(asked).removeFault(asked.names[1] ?? "");
  return { status: 204 };
}

async function listConnections(asked: Asked): Promise<Answer> {
  const proxy = known(asked);
  const connections = proxy.connections().map(connectionView);
  return { status: 200, json: { accepted: proxy.accepted, bytes: proxy.bytes, connections } };
}

async function populate({ proxies, body }: Asked): Promise<Answer> {
  let wanted: FaultProxyOptions[] = [];
  try {
    wanted = proxiesFromJson(await body());
    return { status: 201, json: { proxies: (await proxies.populate(wanted)).map(proxyView) } };
  } catch (error) {
    if (!(error instanceof ProxyError)) throw error;
    const { message, status } = error;
    // Bad input creates nothing; a port that cannot be had comes after those that could.
    const made = wanted.flatMap(({ name }) => proxies.get(name) ?? []).map(proxyView);
    return { status, json: { error: message, status, proxies: status < 500 ? null : made } };
  }
}

async function reset({ proxies }: Asked): Promise<Answer> {
  await proxies.reset();
  return { status: 204 };
}
