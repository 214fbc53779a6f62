import type { Revised } from "../service/follow.ts";
import { checkSettings, type Settings } from "./document.ts";

/** Where the settings are kept. */
export interface SettingsStore {
  /** What this is, for the log. */
  readonly about: string;
  /** The settings, and how often they were changed; revision 0 and nothing set when they never were. */
  read(): Promise<Revised>;
  /** Keeps them for good, unless somebody else has changed them since that revision: then false. */
  write(settings: Settings, since: number): Promise<boolean>;
  close(): Promise<void>;
}

export const NOTHING_SET: Revised = { revision: 0, settings: {} };

/** What a store holds, as text. Somebody else may have written there, so it is checked. */
export function decoded(revision: number, text: string): Revised {
  return { revision, settings: checkSettings(JSON.parse(text)) };
}
