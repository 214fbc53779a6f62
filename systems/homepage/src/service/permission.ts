import type { Edge } from "./edge.ts";
import { Refused, unavailable } from "./edge.ts";
import { HttpProblem } from "./problem.ts";
import type { Task } from "./service.ts";

/** Who a token belongs to, and what they may do. */
export interface User {
  readonly uuid: string;
  readonly permissions: readonly string[];
}

const CHALLENGE = { "www-authenticate": 'Token realm="homepage"' };

/** The token of `Authorization: Token ...`. @throws HttpProblem 401 */
export function tokenOf(authorization: string | undefined): string {
  if (authorization === undefined) {
    throw new HttpProblem(401, "a token is missing: send Authorization: Token ...", CHALLENGE);
  }
  const token = /^Token ([\x21-\x7e]{1,200})$/.exec(authorization)?.[1];
  if (token !== undefined) return token;
  throw new HttpProblem(401, "the header authorization is not of the form Token ...", CHALLENGE);
}

export function unknownToken(): HttpProblem {
  return new HttpProblem(401, "nobody has this token", CHALLENGE);
}

/** Asks authentication whose token it is. @throws HttpProblem 401, 403, or why it could not be found out */
export async function authorized(
  authentication: Edge,
  authorization: string | undefined,
  permission: string,
  { from, worker }: Task,
): Promise<User> {
  tokenOf(authorization);
  const { outcome, value, error } = await authentication.call({
    method: "POST",
    path: "/authenticate",
    authorization: authorization as string,
    from,
    worker,
    decode: userOf,
  });
  if (outcome !== "ok") throw unavailable("authentication", error);
  const user = value as User | Refused;
  if (user instanceof Refused) throw unknownToken();
  if (user.permissions.includes(permission)) return user;
  throw new HttpProblem(403, `this token has no permission ${permission}`);
}

function userOf(body: unknown): User {
  const { uuid, permissions } = (body ?? {}) as Partial<User>;
  if (typeof uuid === "string" && Array.isArray(permissions)) return { uuid, permissions };
  throw new Error("authentication has answered with something that is no user");
}
