/** Stands in every result, so that numbers can be traced to the code that made them. A test holds it to package.json. */
export const ENGINE_VERSION = "0.1.0";
