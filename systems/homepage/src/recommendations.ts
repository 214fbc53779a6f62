/** What a user might like. Run it with `node src/recommendations.ts`. */
import { type RunningService, runAsProcess } from "./service/listening.ts";
import { readOptions, type ServiceOptions, urlOf } from "./service/options.ts";
import { authorized } from "./service/permission.ts";
import { Service } from "./service/service.ts";

export interface RecommendationsOptions extends ServiceOptions {
  readonly authenticationUrl: string;
}

/** The same for every user, as in the demonstration. */
const RECOMMENDED = [12, 23, 100, 122, 220, 333, 340, 400, 555, 654];

export function createRecommendationsService(
  options: RecommendationsOptions,
): Promise<RunningService> {
  const urls = { authentication: options.authenticationUrl };
  const service = new Service("recommendations", urls, options);
  const { authentication } = service.edges;
  return service.start((app) => {
    app.get("/recommendations", (request) =>
      service.handle(request, async (task) => {
        const { authorization } = request.headers;
        await authorized(authentication, authorization, "can_view_recommendations", task);
        await task.work();
        return RECOMMENDED;
      }),
    );
  });
}

runAsProcess(import.meta.url, () => {
  const { env } = process;
  const authenticationUrl = urlOf(env, "AUTHENTICATION_URL", "http://127.0.0.1:8000");
  return createRecommendationsService({ ...readOptions(env, 8002), authenticationUrl });
});
