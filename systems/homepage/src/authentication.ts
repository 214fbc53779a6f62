/** Says whose token it is. Run it with `node src/authentication.ts`. */
import { createHash } from "node:crypto";
import { type RunningService, runAsProcess } from "./service/listening.ts";
import { readOptions, type ServiceOptions } from "./service/options.ts";
import { tokenOf, type User, unknownToken } from "./service/permission.ts";
import { Service } from "./service/service.ts";

const SEES_HOMEPAGE = "can_view_homepage";
const SEES_RECOMMENDATIONS = "can_view_recommendations";

/** The users of the demonstration: who may see everything, who no recommendations, and who nothing at all. */
const PERMISSIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ["0x132", [SEES_RECOMMENDATIONS, SEES_HOMEPAGE]],
  ["0x133", [SEES_HOMEPAGE]],
  ["0x134", []],
]);

export function createAuthenticationService(options: ServiceOptions = {}): Promise<RunningService> {
  const service = new Service("authentication", {}, options);
  return service.start((app) => {
    app.post("/authenticate", (request) =>
      service.handle(request, async ({ work }): Promise<User> => {
        const token = tokenOf(request.headers.authorization);
        await work();
        const permissions = PERMISSIONS.get(token);
        if (permissions === undefined) throw unknownToken();
        return { uuid: uuidOf(token), permissions };
      }),
    );
  });
}

/** The same user has the same one each time, and each time that the service is started. */
function uuidOf(token: string): string {
  const hex = createHash("sha256").update(token).digest("hex");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
}

runAsProcess(import.meta.url, () => createAuthenticationService(readOptions(process.env, 8000)));
