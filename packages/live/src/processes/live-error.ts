/** The environment of a live run failed: a service did not start, a port was taken, the load was late. */
export class LiveError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "LiveError";
  }
}
