/** What a service of the chain keeps. Which of them it is follows from its ID. */

/** A JSON object as it came in. */
export type Contents = Readonly<Record<string, unknown>>;

/** What a kept document does to the world: at most once per order, by a unique key in the store. */
export interface Effect {
  readonly kind: "charge" | "parcel";
  readonly detail: string;
}

export interface Kind {
  readonly name: "order" | "payment" | "shipment" | "link";
  /** The resource's path, without its slash. */
  readonly plural: string;
  /** JSON Schema of a document. */
  readonly schema: object;
  /** What the service behind this one is called: the edge's name. */
  readonly nextName: string;
  /** Statuses: kept here; taken on by the next service. */
  readonly kept: string;
  readonly passedOn: string;
  /** The document's id, unique in the store: of the order, where the document is part of one. */
  identify(contents: Contents, hop: number): string | undefined;
  /** What the next service gets. */
  nextContents(contents: Contents, id: string): Contents;
  effect(contents: Contents): Effect | undefined;
}

const ID_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$";

/** An id that a client may choose. */
const idSchema = {
  type: "string",
  pattern: ID_PATTERN,
  description: "1 to 64 letters, digits and . _ : -, beginning with a letter or digit.",
} as const;

const idOf = (contents: Contents): string | undefined => contents.id as string | undefined;
const ofOrder = (contents: Contents): string | undefined =>
  (contents.order as string | undefined) ?? idOf(contents);

const shipmentFields = {
  id: idSchema,
  order: { ...idSchema, description: "The order that it is for." },
  directions: { type: "string", minLength: 1, maxLength: 500 },
} as const;
const shipmentSchema = {
  type: "object",
  required: ["directions"],
  properties: shipmentFields,
} as const;

const paymentSchema = {
  type: "object",
  required: ["amount", "shipment"],
  properties: {
    id: idSchema,
    order: { ...idSchema, description: "The order that is paid." },
    amount: { type: "number", minimum: 0, maximum: 1_000_000_000 },
    shipment: shipmentSchema,
  },
} as const;

const orderSchema = {
  type: "object",
  required: ["items", "payment"],
  properties: {
    id: idSchema,
    date: { type: "string", format: "date-time" },
    items: { type: "array", maxItems: 100 },
    payment: paymentSchema,
  },
} as const;

const linkSchema = {
  type: "object",
  properties: { id: idSchema, next: { type: "object" } },
} as const;

const order: Kind = {
  name: "order",
  plural: "orders",
  schema: orderSchema,
  nextName: "payment",
  kept: "accepted",
  passedOn: "paid",
  identify: idOf,
  nextContents: (contents, id) => ({ ...(contents.payment as Contents), order: id }),
  effect: () => undefined,
};

const payment: Kind = {
  name: "payment",
  plural: "payments",
  schema: paymentSchema,
  nextName: "shipment",
  kept: "paid",
  passedOn: "shipped",
  identify: ofOrder,
  nextContents: (contents, id) => ({ ...(contents.shipment as Contents), order: id }),
  effect: ({ amount }) => ({ kind: "charge", detail: String(amount) }),
};

const shipment: Kind = {
  name: "shipment",
  plural: "shipments",
  schema: shipmentSchema,
  nextName: "next",
  kept: "shipped",
  passedOn: "shipped",
  identify: ofOrder,
  nextContents: (contents, id) => ({ ...contents, order: id }),
  effect: ({ directions }) => ({ kind: "parcel", detail: String(directions) }),
};

/**
 * A link of a chain of any length, the same service under any other ID. A chain may lead through one service several
 * times, so its documents are told apart by their place in the chain, too.
 */
const link: Kind = {
  name: "link",
  plural: "links",
  schema: linkSchema,
  nextName: "next",
  kept: "accepted",
  passedOn: "forwarded",
  identify: (contents, hop) => {
    const id = idOf(contents);
    return id === undefined || hop === 1 ? id : `${id}@${hop}`;
  },
  nextContents: (contents, id) => ({ ...(contents.next as Contents), id: id.split("@", 1)[0] }),
  effect: () => undefined,
};

/** `ID` decides: the kinds of the shop by their names, everything else is a link. */
export function kindOf(id: string): Kind {
  return [order, payment, shipment].find(({ name }) => name === id) ?? link;
}
