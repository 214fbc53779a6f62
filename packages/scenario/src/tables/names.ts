import type { TextField } from "@breakwater/policy";

/** Names of services, endpoints, loads and policies: short, and safe in paths, file names and charts. */
export const namePattern = /^\p{L}[\p{L}\p{N}_-]{0,63}$/u;

export const nameAbout =
  "a name that begins with a letter and has only letters, digits, - and _ (at most 64)";

/** A reference to something that has a name elsewhere in the document. */
export const nameField = (about: string, required = false): TextField => ({
  kind: "text",
  maxLength: 64,
  about,
  ...(required ? { required } : {}),
});

export const aboutField = {
  kind: "text",
  maxLength: 2000,
  about: "What it is, for people.",
} satisfies TextField;
