import { takesMessages } from "../addresses/address-type.ts";
import { certificateFileName, type Snippet, type SnippetTarget } from "./snippet.ts";

const bothWays = `const toCome = new Set(["accepted", "received"]);

function done(what, connection) {
  toCome.delete(what);
  if (toCome.size === 0) connection.close();
}

container.on("connection_open", ({ connection }) => connection.open_receiver(address));
container.on("receiver_open", ({ connection }) => connection.open_sender(address));
container.once("sendable", ({ sender }) => sender.send({ body: "Hello from rhea" }));
container.on("accepted", ({ connection }) => {
  console.log("accepted");
  done("accepted", connection);
});
container.on("rejected", ({ delivery }) => console.error("rejected", delivery.remote_state.error));
container.on("message", ({ message, connection }) => {
  console.log("received", message.body);
  done("received", connection);
});`;
const receivingOnly = `
container.on("connection_open", ({ connection }) => connection.open_receiver(address));
container.on("receiver_error", ({ receiver }) => console.error(receiver.error.description));
container.on("message", ({ message, connection }) => {
  console.log("received", message.body);
  connection.close();
});`;

/** A program with rhea (Node.js) that sends one message and receives it; of a subscription it receives one. */
export function rheaSnippet(target: SnippetTarget): Snippet {
  const tls = target.tls ? `\n  transport: "tls",\n  servername: "${target.host}",\n  ca: readFileSync("${certificateFileName}"),` : "";
  return {
    id: "rhea",
    title: "JavaScript (rhea)",
    language: "javascript",
    fileName: "try-postroom.mjs",
    install: "npm install rhea",
    run: "node try-postroom.mjs",
    code: `${target.tls ? `import { readFileSync } from "node:fs";\n` : ""}import rhea from "rhea";

const address = ${JSON.stringify(target.address)};
const container = rhea.create_container();
${takesMessages(target.addressType) ? bothWays : receivingOnly}
container.on("disconnected", ({ error }) => error && console.error(error.message));

container.connect({
  host: "${target.host}",
  port: ${target.port},${tls}
  username: "${target.login}",
  password: process.env.POSTROOM_SECRET,
});
`,
  };
}
