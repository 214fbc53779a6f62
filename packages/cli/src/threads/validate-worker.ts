// A thread that makes published results again, one after the other, as it is asked to.
import { parentPort } from "node:worker_threads";
import { type Effort, judgePublished, publishedResults } from "@breakwater/simulator/published";

parentPort?.on("message", ({ name, effort }: { name: string; effort: Effort }) => {
  const result = publishedResults.find((each) => each.name === name);
  if (result === undefined) throw new RangeError(`there is no published result ${name}`);
  parentPort?.postMessage(judgePublished(result, effort));
});
