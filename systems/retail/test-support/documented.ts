/** A client that accepts nothing but what an OpenAPI document says. */
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

export interface ApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly responses: Readonly<Record<string, Answer>>;
}

interface Answer {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

export class Documented {
  readonly #document: ApiDocument;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #seen = new Set<string>();

  constructor(document: ApiDocument) {
    this.#document = document;
    addFormats.default(this.#ajv);
  }

  /** Documented answers that no request has had yet, as "POST /orders 202". */
  get unseen(): string[] {
    const all = Object.entries(this.#document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.keys(responses).map((status) => `${method.toUpperCase()} ${path} ${status}`),
      ),
    );
    return all.filter((each) => !this.#seen.has(each));
  }

  /** @throws Error for an answer that is not documented, or not as documented */
  async request(url: string, init: RequestInit = {}): Promise<{ status: number; body: unknown }> {
    const response = await fetch(url, init);
    const method = init.method ?? "GET";
    const [path, operations] = this.#pathOf(new URL(url).pathname);
    const answer = operations[method.toLowerCase()]?.responses[String(response.status)];
    const what = `${method} ${path} ${response.status}`;
    const text = await response.text();
    if (answer === undefined) throw new Error(`${what} is not documented: ${text}`);
    for (const header of Object.keys(answer.headers ?? {})) {
      if (!response.headers.has(header)) throw new Error(`${what} lacks the header ${header}`);
    }
    const type = response.headers.get("content-type")?.split(";", 1)[0] ?? "";
    const { schema } = answer.content?.[type] ?? {};
    if (schema === undefined) throw new Error(`${what} is not documented to be ${type}`);
    const body: unknown = type.endsWith("json") ? JSON.parse(text) : text;
    if (!this.#ajv.validate(schema, body)) {
      throw new Error(`${what}: ${this.#ajv.errorsText()}: ${text}`);
    }
    this.#seen.add(what);
    return { status: response.status, body };
  }

  #pathOf(asked: string): [path: string, operations: Readonly<Record<string, Operation>>] {
    const parts = asked.split("/");
    const found = Object.entries(this.#document.paths).find(([path]) => {
      const wanted = path.split("/");
      if (wanted.length !== parts.length) return false;
      return wanted.every((part, index) => part.startsWith("{") || part === parts[index]);
    });
    if (found === undefined) throw new Error(`${asked} is not documented`);
    return found;
  }
}
