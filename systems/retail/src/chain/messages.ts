/** What `POST /create` says: the answer of each service around that of the next, as in the seed. */

export interface Messages {
  next(said: string): string;
  last(): string;
  kept(): string;
  failed(): string;
}

export function messagesOf(id: string, now: () => Date = () => new Date()): Messages {
  const who = (): string => `${id} @${now().getMinutes()}:${now().getSeconds()}`;
  return {
    next: (said) => `\nThis is ${who()} -> Next ${JSON.stringify(said)}`,
    last: () => "\nLast",
    kept: () => `\nThis is ${who()} -> kept`,
    failed: () => `\n${who()} -> unavailable`,
  };
}
