// The same page from the same services, without Breakwater: what the benchmark holds the real one against.
import fastify from "fastify";

const { AUTHENTICATION_URL, RECOMMENDATIONS_URL, POPULAR_ITEMS_URL } = process.env;

async function ask(url: string, method: string, authorization: string): Promise<unknown> {
  const response = await fetch(url, { method, headers: { authorization } });
  if (response.status !== 200) throw new Error(`${url} has answered ${response.status}`);
  return response.json();
}

const app = fastify();
app.get("/", async (request) => {
  const token = request.headers.authorization ?? "";
  await ask(`${AUTHENTICATION_URL}/authenticate`, "POST", token);
  return {
    recommendations: await ask(`${RECOMMENDATIONS_URL}/recommendations`, "GET", token),
    popular_items: await ask(`${POPULAR_ITEMS_URL}/popular_items`, "GET", token),
  };
});
const listening = await app.listen({ host: "127.0.0.1", port: 0 });
process.stdout.write(`${JSON.stringify({ listening, service: "bare homepage" })}\n`);
