/** Shows every command that a store gets, as "redis-cli monitor" does: node src/monitor.ts redis://HOST:PORT */

import { createClient } from "redis";

const client = createClient({ url: process.argv[2] ?? "redis://127.0.0.1:6379", RESP: 2 });
client.on("error", (error: Error) => {
  process.stderr.write(`error: ${error.message}\n`);
  process.exit(1);
});
await client.connect();
await client.monitor((line) => process.stdout.write(`${line}\n`));
process.stdout.write("OK\n");
