import axios from "axios";
import { Agent, request } from "undici";
import { describe, expect, it } from "vitest";
import { servers } from "../../test-support/http.ts";
import { type Policy, policy, type TypedPolicyOptions } from "../index.ts";
import { policyAdapter } from "./axios.ts";
import { policyFetch } from "./fetch.ts";
import { policyInterceptor } from "./undici.ts";

const serve = servers();

/** Each adapter as a function that asks for a URL and tells the answer's status. */
const ADAPTERS = {
  fetch: (subject: Policy) => async (url: string) => (await policyFetch(subject)(url)).status,
  undici: (subject: Policy) => async (url: string) => {
    const dispatcher = new Agent().compose(policyInterceptor(subject));
    const { statusCode, body } = await request(url, { dispatcher });
    await body.dump();
    await dispatcher.close();
    return statusCode;
  },
  axios: (subject: Policy) => async (url: string) => {
    const options = { adapter: policyAdapter(subject), validateStatus: () => true };
    return (await axios.get(url, options)).status;
  },
} satisfies Record<string, (subject: Policy) => (url: string) => Promise<number>>;

describe.each(Object.entries(ADAPTERS))("%s", (_name, adapt) => {
  it.each([
    [429, 4],
    [503, 4],
    [500, 8],
    [200, 8],
  ])("an answer %d leaves a limit of 8 at %d", async (status, limit) => {
    const { url } = await serve((_, response) => {
      response.writeHead(status).end();
    });
    const options: TypedPolicyOptions<never> = {
      concurrencyLimiter: { algorithm: { kind: "aimd", backoff: 0.5 }, initial: 8, max: 8 },
    };
    const subject = policy(options);
    expect(await adapt(subject)(url)).toBe(status);
    expect(subject.reconfigure(options).kept).toEqual([expect.stringContaining(`(${limit})`)]);
  });

  it.each([429, 503])("comes back after an answer %d when the server says so", async (status) => {
    const cameAtMs: number[] = [];
    const { url } = await serve((_, response) => {
      cameAtMs.push(performance.now());
      const refused = cameAtMs.length === 1;
      response.writeHead(refused ? status : 200, refused ? { "retry-after": "1" } : {}).end();
    });
    const retry = { attempts: 2, backoff: { base: 0 } };
    expect(await adapt(policy({ idempotent: true, retry }))(url)).toBe(200);
    const [first = 0, second = 0] = cameAtMs;
    expect(second - first).toBeGreaterThan(980);
  });
});
