/** What the stores hold in the end, read past the services and their code. */
import { DatabaseSync } from "node:sqlite";
import { MongoClient } from "mongodb";

/** Ids of documents, and of their effects with what they say; each as often as it is there. */
export interface Books {
  readonly orders: readonly string[];
  readonly payments: readonly string[];
  readonly shipments: readonly string[];
  readonly charges: readonly { readonly id: string; readonly amount: number }[];
  readonly parcels: readonly string[];
  /** Documents of any service that are not done. */
  readonly open: number;
}

type Row = Record<string, unknown>;

function rowsOf(file: string, query: string): Row[] {
  const db = new DatabaseSync(file, { readOnly: true });
  const all = db.prepare(query).all();
  db.close();
  return all;
}

/** Of all documents in a file of the embedded store. */
export function documentIds(file: string): string[] {
  return rowsOf(file, "SELECT id FROM documents").map(({ id }) => String(id));
}

export function sqliteBooks(folder: string): Books {
  const rows = (service: string, query: string) => rowsOf(`${folder}/${service}.sqlite`, query);
  const ids = (service: string) => documentIds(`${folder}/${service}.sqlite`);
  const charges = rows("payment", "SELECT id, detail FROM ledger WHERE kind = 'charge'");
  const parcels = rows("shipment", "SELECT id FROM ledger WHERE kind = 'parcel'");
  return {
    orders: ids("order"),
    payments: ids("payment"),
    shipments: ids("shipment"),
    charges: charges.map(({ id, detail }) => ({ id: String(id), amount: Number(detail) })),
    parcels: parcels.map(({ id }) => String(id)),
    open: ["order", "payment", "shipment"].flatMap((service) =>
      rows(service, "SELECT id FROM documents WHERE state <> 'done'"),
    ).length,
  };
}

interface Kept {
  readonly _id: string;
  readonly state: string;
  readonly effect: { readonly kind: string; readonly detail: string } | null;
}

export async function mongoBooks(url: string): Promise<Books> {
  const client = await MongoClient.connect(url);
  const all = (service: string) => client.db().collection<Kept>(service).find().toArray();
  const [orders, payments, shipments] = await Promise.all(
    ["order", "payment", "shipment"].map(all),
  );
  await client.close();
  const ids = (documents: readonly Kept[] = []) => documents.map(({ _id }) => _id);
  const effects = (documents: readonly Kept[] = [], kind: string) =>
    documents.flatMap(({ _id, effect }) =>
      effect?.kind === kind ? [{ id: _id, amount: Number(effect.detail) }] : [],
    );
  return {
    orders: ids(orders),
    payments: ids(payments),
    shipments: ids(shipments),
    charges: effects(payments, "charge"),
    parcels: effects(shipments, "parcel").map(({ id }) => id),
    open: [orders, payments, shipments].flat().filter((each) => each?.state !== "done").length,
  };
}
