/** What the proxy refuses: `message` says why, `status` is the status code of the API for it. */
export class ProxyError extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.name = "ProxyError";
    this.status = status;
  }
}
