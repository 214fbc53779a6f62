/** The page: a user's permissions, recommendations and popular items put together. Run it with `node src/homepage.ts`. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Edge } from "./service/edge.ts";
import { type RunningService, runAsProcess } from "./service/listening.ts";
import { readOptions, type ServiceOptions, urlOf } from "./service/options.ts";
import { listOf, PageMetrics, type Part, pageOf, partOf, WITHHELD } from "./service/page.ts";
import { authorized } from "./service/permission.ts";
import { Service, type Task } from "./service/service.ts";

export interface HomepageOptions extends ServiceOptions {
  readonly authenticationUrl: string;
  readonly recommendationsUrl: string;
  readonly popularUrl: string;
}

export function createHomepageService(options: HomepageOptions): Promise<RunningService> {
  const urls = {
    authentication: options.authenticationUrl,
    recommendations: options.recommendationsUrl,
    "popular-items": options.popularUrl,
  };
  const service = new Service("homepage", urls, options);
  const metrics = new PageMetrics();
  service.addMetrics(() => metrics.text());
  const page = (request: FastifyRequest, reply: FastifyReply) =>
    service.handle(request, async (task) => {
      const parts = await partsFor(service.edges, request.headers.authorization, task);
      await task.work();
      const made = pageOf(parts);
      metrics.count(made, parts);
      service.statsd?.count("pages", made.freshness);
      request.degraded = made.degraded;
      reply.header("breakwater-freshness", made.freshness);
      return made.body;
    });
  return service.start((app) => {
    app.get("/", page);
    app.get("/home", page);
  });
}

type Edges = Readonly<Record<"authentication" | "recommendations" | "popular-items", Edge>>;

/** One after the other, as the demonstration does. */
async function partsFor(edges: Edges, authorization: string | undefined, task: Task) {
  const user = await authorized(edges.authentication, authorization, "can_view_homepage", task);
  const { from, worker } = task;
  const list = async (edge: Edge, path: string): Promise<Part> => {
    const method = "GET" as const;
    const request = { method, path, authorization: authorization as string, from, worker };
    return partOf(edge.name, await edge.call({ ...request, decode: listOf }));
  };
  const recommendations = user.permissions.includes("can_view_recommendations")
    ? await list(edges.recommendations, "/recommendations")
    : WITHHELD;
  return { recommendations, popular_items: await list(edges["popular-items"], "/popular_items") };
}

runAsProcess(import.meta.url, () => {
  const { env } = process;
  return createHomepageService({
    ...readOptions(env, 8001),
    authenticationUrl: urlOf(env, "AUTHENTICATION_URL", "http://127.0.0.1:8000"),
    recommendationsUrl: urlOf(env, "RECOMMENDATIONS_URL", "http://127.0.0.1:8002"),
    popularUrl: urlOf(env, "POPULAR_ITEMS_URL", "http://127.0.0.1:8003"),
  });
});
