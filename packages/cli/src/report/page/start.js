// @ts-check
import { startPage } from "./app.js";
import { byId } from "./dom.js";

startPage(JSON.parse(byId("data").textContent ?? ""));
