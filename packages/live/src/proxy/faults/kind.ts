import type { FaultAttributes, FaultType } from "../types.ts";

/** One attribute of a kind of fault: validation and the docs' table come from it. */
export interface AttributeSpec {
  readonly kind: "integer" | "number" | "text" | "headers";
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly default?: number;
  readonly about: string;
}

/** What a struck connection has of a fault, for one direction: bytes come in, bytes go out. */
export interface Stage {
  push(chunk: Buffer): void;
  /** The sender has finished (FIN). */
  end(): void;
  /** Must the sender wait? */
  full(): boolean;
  /** The fault's attributes have changed. */
  changed?(): void;
  /** The fault is gone: everything that is held goes on, at once and in order. */
  release(): void;
  /** The connection is gone: no timer may stay. */
  stop(): void;
}

export interface StageContext<A> {
  /** The attributes as they are now. */
  readonly attributes: () => Readonly<Required<A>>;
  /** Chance of this connection, direction and fault alone. */
  readonly random: () => number;
  readonly emit: (chunk: Buffer) => void;
  readonly emitEnd: () => void;
  /** Tells that `full()` may have become false. */
  readonly eased: () => void;
  /** Closes the connection (FIN to both sides) after what was emitted. */
  readonly hangUp: () => void;
  /** Resets the connection (RST to both sides). */
  readonly reset: () => void;
}

/** What an HTTP fault does to a request that it strikes. */
export type RequestEffect =
  | { readonly do: "hold"; readonly ms: number }
  | { readonly do: "abort" }
  | {
      readonly do: "answer" | "change";
      readonly status: number | undefined;
      readonly body: string | undefined;
      readonly headers: Readonly<Record<string, string | null>>;
    };

export interface FaultKind<T extends FaultType = FaultType> {
  readonly type: T;
  /** One line for the docs. */
  readonly about: string;
  readonly attributes: Readonly<Record<string, AttributeSpec>>;
  /** What it does to the bytes. */
  readonly stage?: (context: StageContext<FaultAttributes[T]>) => Stage;
  /** Strikes both directions, whatever its stream says. */
  readonly bothWays?: true;
  /** What it does to new connections: refuses them, or leaves them unanswered. */
  readonly door?: "closed" | "hole";
  /** What it does to a request, in HTTP mode. */
  readonly request?: (
    attributes: Readonly<Required<FaultAttributes[T]>>,
    random: () => number,
  ) => RequestEffect;
}
