import type { Field, TableOf } from "@breakwater/policy";
import type { LiveEndpoint, LiveService } from "../types/live.ts";
import { namePattern } from "./names.ts";

const text = (about: string, maxLength = 1000): Field => ({ kind: "text", maxLength, about });

/** Names of environment variables and of headers. */
const words = (item: Field, keyAbout: string, keyPattern: RegExp, about: string): Field => ({
  kind: "map",
  item,
  keyPattern,
  keyAbout,
  maxItems: 100,
  default: {},
  about,
});

const variable = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const variableAbout = "the name of an environment variable";

const liveServiceTable = {
  command: {
    kind: "list",
    item: { ...text("A word."), required: true },
    minItems: 1,
    maxItems: 100,
    about: "The program that is the service, and its words; PORT and HOST are in its environment.",
  },
  address: {
    ...text("Where the service already runs, instead of a command: http://127.0.0.1:8080.", 300),
    pattern: /^[a-z][a-z0-9+.-]*:\/\/[^\s/]+:\d{1,5}\/?$/,
    patternAbout: "a URL with host and port: http://127.0.0.1:8080",
  } as Field,
  folder: text("Where the command runs, from the folder of this file; that folder unless set."),
  env: words(
    text("Its value.", 10_000),
    variableAbout,
    variable,
    "More environment variables of the command.",
  ),
  urls: words(
    { kind: "text", maxLength: 64, pattern: namePattern, about: "The service." },
    variableAbout,
    variable,
    "Environment variables that tell the command where the services are that it calls.",
  ),
  ready: text("The path that answers 200 once the service is ready; /health unless set."),
  startWithin: {
    kind: "duration",
    minMs: 100,
    maxMs: 600_000,
    default: "20s",
    about: "How long the service may take until it is ready.",
  },
} satisfies TableOf<LiveService>;

const liveEndpointTable = {
  method: {
    kind: "choice",
    choices: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    default: "GET",
    about: "The method.",
  },
  path: { ...text("The path; / and the endpoint's name unless set."), pattern: /^\// } as Field,
  headers: words(text("Its value."), "the name of a header", /^[A-Za-z0-9-]{1,64}$/, "Headers."),
  body: {
    kind: "any",
    about:
      "What is sent: text as it is, anything else as JSON; {call} in it is an id of the call's own.",
  },
} satisfies TableOf<LiveEndpoint>;

export const liveServiceField: Field = {
  kind: "object",
  fields: liveServiceTable,
  about: "The real service that stands here in a live run; without it a synthetic one does.",
};

export const liveEndpointField: Field = {
  kind: "object",
  fields: liveEndpointTable,
  about: "How the real service is asked for this in a live run.",
};
