/** Node's HTTP modules. An `import` of them reads all their exports, and one of those loads Node's `fetch`: 5 MB that nothing here uses. */
export const http = process.getBuiltinModule("node:http");
export const https = process.getBuiltinModule("node:https");
