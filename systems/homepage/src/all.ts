/** The whole system in one process, to look at: `node src/all.ts`. PORT is the homepage's, SETTINGS_PORT the settings'. */
import { createAuthenticationService } from "./authentication.ts";
import { createHomepageService } from "./homepage.ts";
import { createPopularService } from "./popular.ts";
import { createRecommendationsService } from "./recommendations.ts";
import { type RunningService, runAsProcess } from "./service/listening.ts";
import { portOf, readOptions, type ServiceOptions } from "./service/options.ts";
import type { SettingsStore } from "./settings/store.ts";
import { createSettingsService, storeOf } from "./settings.ts";

export interface SystemOptions extends Omit<ServiceOptions, "policies" | "record"> {
  readonly store: SettingsStore;
  readonly settingsPort?: number;
}

/** The homepage first, then the services below it, then the settings. */
export async function startAll(options: SystemOptions): Promise<readonly RunningService[]> {
  const { store, settingsPort = 0, ...common } = options;
  const settings = await createSettingsService({ ...common, port: settingsPort, store });
  const below = { ...common, port: 0, settingsUrl: settings.url };
  const authentication = await createAuthenticationService(below);
  const authenticationUrl = authentication.url;
  const recommendations = await createRecommendationsService({ ...below, authenticationUrl });
  const popular = await createPopularService(below);
  const homepage = await createHomepageService({
    ...below,
    port: common.port ?? 0,
    authenticationUrl,
    recommendationsUrl: recommendations.url,
    popularUrl: popular.url,
  });
  return [homepage, authentication, recommendations, popular, settings];
}

runAsProcess(import.meta.url, async () => {
  const { env } = process;
  const { policies: _policies, record: _record, ...options } = readOptions(env, 8001);
  const settingsPort = portOf(env, "SETTINGS_PORT", 8004);
  const store = await storeOf(env);
  return startAll({ ...options, settingsPort, store });
});
