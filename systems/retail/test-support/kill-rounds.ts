/** Kills a service or its store again and again while customers place orders, then reads the books. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Books, mongoBooks, sqliteBooks } from "./books.ts";
import { Customers, type Purchase } from "./customers.ts";
import { ferretdbProcess, serviceProcess, type Victim } from "./processes.ts";

export interface KillReport {
  readonly rounds: number;
  /** How often each was killed. */
  readonly kills: Readonly<Record<string, number>>;
  readonly placed: number;
  readonly requests: number;
  readonly accepted: number;
  /** Accepted, and not charged or not shipped. */
  readonly lost: number;
  /** Documents of any service that still wait for something. */
  readonly open: number;
  /** More documents, charges or parcels than orders with that id, or a charge of another amount. */
  readonly doubled: number;
  /** Never accepted, and yet only in some of the books. */
  readonly halfDone: number;
  /** Never accepted, and nowhere or complete. */
  readonly unaccepted: { readonly absent: number; readonly complete: number };
  /** From the last restart until all was complete. */
  readonly completeAfterMs: number;
}

export interface KillOptions {
  readonly rounds: number;
  readonly store: "sqlite" | "mongodb";
  /** Customers, and how long each waits between two orders, in milliseconds. */
  readonly customers: number;
  readonly everyMs: number;
  readonly random?: () => number;
}

/** How long completion is waited for after the last restart, before it counts as never. Milliseconds. */
const PATIENCE_MS = 30_000;

export async function killRounds(options: KillOptions): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), "retail-kills-"));
  const shop = await openShop(folder, options.store);
  try {
    for (const victim of shop.victims) await victim.start();
    const { customers: count, everyMs } = options;
    const customers = new Customers({ url: shop.order.url, count, everyMs });
    const kills = await killEach(shop.victims, options);
    const restartedAt = performance.now();
    await customers.leave();
    await completion(shop, restartedAt);
    const completeAfterMs = Math.round(performance.now() - restartedAt);
    const books = await shop.books();
    const { requests, purchases } = customers;
    const counted = { rounds: options.rounds, kills, requests, completeAfterMs };
    return { ...counted, ...audit(books, purchases) };
  } finally {
    await Promise.all(shop.victims.map((victim) => victim.kill()));
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Shop {
  readonly victims: readonly Victim[];
  readonly order: Victim;
  /** Those with an outbox. */
  readonly senders: readonly Victim[];
  books(): Promise<Books>;
}

async function openShop(folder: string, kind: KillOptions["store"]): Promise<Shop> {
  const ferretdb = kind === "mongodb" ? await ferretdbProcess(folder) : undefined;
  const where = ferretdb === undefined ? { DATA_DIR: folder } : { MONGO_URL: ferretdb.url };
  // No more is accepted than can be brought to its end within some seconds, also on a busy machine.
  const common = { ...where, JUMPS: "4", OUTBOX_LIMIT: ferretdb === undefined ? "300" : "12" };
  const shipment = await serviceProcess("shipment", common);
  const paying = { ...common, CHAIN_SVC: `${shipment.url}/create` };
  const payment = await serviceProcess("payment", paying);
  const ordering = { ...common, CHAIN_SVC: `${payment.url}/create` };
  const order = await serviceProcess("order", ordering);
  const victims = [...(ferretdb === undefined ? [] : [ferretdb]), shipment, payment, order];
  const books = async () =>
    ferretdb === undefined ? sqliteBooks(folder) : mongoBooks(ferretdb.url);
  return { victims, order, senders: [order, payment], books };
}

async function killEach(victims: readonly Victim[], { rounds, random = Math.random }: KillOptions) {
  const kills: Record<string, number> = Object.fromEntries(victims.map(({ name }) => [name, 0]));
  for (let round = 0; round < rounds; round++) {
    await pause(100 + random() * 300);
    const victim = victims[Math.floor(random() * victims.length)];
    if (victim === undefined) throw new Error("there is nobody to kill");
    kills[victim.name] = (kills[victim.name] ?? 0) + 1;
    await victim.kill();
    await pause(random() * 200);
    await victim.start();
  }
  return kills;
}

/** Resolves when nothing waits in any outbox any more, as the services tell it. */
async function completion({ senders }: Shop, since: number): Promise<void> {
  while (performance.now() - since < PATIENCE_MS) {
    const answers = senders.map(async ({ url }) => {
      const said = (await (await fetch(`${url}/health`)).json()) as { waiting: number };
      return said.waiting;
    });
    if ((await Promise.all(answers)).every((waiting) => waiting === 0)) return;
    await pause(20);
  }
}

function audit(books: Books, purchases: readonly Purchase[]) {
  const lists = [books.orders, books.payments, books.shipments, books.parcels];
  const charged = new Map(books.charges.map(({ id, amount }) => [id, amount]));
  const places = [...lists.map((list) => new Set(list)), new Set(charged.keys())];
  const inHowMany = ({ id }: Purchase) => places.filter((place) => place.has(id)).length;
  const known = new Set(purchases.map(({ id }) => id));
  const copies = [...lists, books.charges.map(({ id }) => id)].map(
    // Whatever nobody ordered counts as a double of something.
    (list) => list.length - new Set(list.filter((id) => known.has(id))).size,
  );
  const wrong = purchases.filter(({ id, amount }) => (charged.get(id) ?? amount) !== amount);
  const accepted = purchases.filter((purchase) => purchase.accepted);
  const others = purchases.filter((purchase) => !purchase.accepted).map(inHowMany);
  const absent = others.filter((count) => count === 0).length;
  const complete = others.filter((count) => count === places.length).length;
  return {
    placed: purchases.length,
    open: books.open,
    accepted: accepted.length,
    lost: accepted.filter((purchase) => inHowMany(purchase) < places.length).length,
    doubled: copies.reduce((sum, each) => sum + each, 0) + wrong.length,
    halfDone: others.length - absent - complete,
    unaccepted: { absent, complete },
  };
}
