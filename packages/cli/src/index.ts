export { EXIT, type Io } from "./io.ts";
export { main } from "./main.ts";
export type { Report, ReportRun } from "./report/model.ts";
export { reportPage } from "./report/write.ts";
