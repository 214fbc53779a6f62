/** What most people liked yesterday. Run it with `node src/popular.ts`. */
import { type RunningService, runAsProcess } from "./service/listening.ts";
import { readOptions, type ServiceOptions } from "./service/options.ts";
import { Service } from "./service/service.ts";

const POPULAR = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

export function createPopularService(options: ServiceOptions = {}): Promise<RunningService> {
  const service = new Service("popular-items", {}, options);
  return service.start((app) => {
    app.get("/popular_items", (request) =>
      service.handle(request, async ({ work }) => {
        await work();
        return POPULAR;
      }),
    );
  });
}

runAsProcess(import.meta.url, () => createPopularService(readOptions(process.env, 8003)));
