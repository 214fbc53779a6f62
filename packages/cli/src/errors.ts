import { EXIT } from "./io.ts";

/**
 * Something that the user can put right: bad usage, a bad scenario, a file that cannot be read or written.
 * Printed as one block per problem, without a stack trace.
 */
export class UserError extends Error {
  readonly problems: readonly string[];
  readonly exitCode: number = EXIT.usage;

  constructor(problems: string | readonly string[]) {
    const list = typeof problems === "string" ? [problems] : problems;
    super(list[0] ?? "");
    this.name = "UserError";
    this.problems = list;
  }
}

/** Node's reason for a failed file operation, in words. */
export function fileProblem(error: unknown): string {
  const code = (error as { code?: string } | null)?.code ?? "";
  const known: Record<string, string> = {
    ENOENT: "there is no such file or folder",
    EACCES: "permission denied",
    EPERM: "permission denied",
    EISDIR: "it is a folder, not a file",
    ENOTDIR: "a part of the path is a file, not a folder",
    EROFS: "the file system is read-only",
    ENOSPC: "the disk is full",
    ENAMETOOLONG: "the name is too long",
    ELOOP: "the links lead in a circle",
  };
  return known[code] ?? (error instanceof Error ? error.message : String(error));
}
