/** Whether a request's body can be sent a second time. A stream can be read once only. */
export function isReplayable(body: unknown): boolean {
  if (body === null || body === undefined || typeof body === "string") return true;
  if (body instanceof Blob || body instanceof FormData || body instanceof URLSearchParams) {
    return true;
  }
  if (ArrayBuffer.isView(body) || body instanceof ArrayBuffer) return true;
  return body instanceof SharedArrayBuffer;
}
