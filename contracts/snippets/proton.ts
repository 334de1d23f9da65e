import { takesMessages } from "../addresses/address-type.ts";
import { certificateFileName, type Snippet, type SnippetTarget } from "./snippet.ts";

function bothWays(address: string): string {
  return `        self.sender = event.container.create_sender(connection, ${JSON.stringify(address)})
        self.sent = False
        self.to_come = {"accepted", "received"}

    def on_sendable(self, event):
        if not self.sent:
            self.sent = True
            event.sender.send(Message(body="Hello from Proton"))

    def on_accepted(self, event):
        print("accepted")
        self.done("accepted", event)

    def on_message(self, event):
        print("received", event.message.body)
        self.accept(event.delivery)
        self.done("received", event)

    def done(self, what, event):
        self.to_come.discard(what)
        if not self.to_come:
            event.connection.close()`;
}
const receivingOnly = `
    def on_link_error(self, event):
        print(event.link.remote_condition.description)
        event.connection.close()

    def on_message(self, event):
        print("received", event.message.body)
        self.accept(event.delivery)
        event.connection.close()`;

/** A program with Qpid Proton (Python) that sends one message and receives it; of a subscription it receives one. */
export function protonSnippet(target: SnippetTarget): Snippet {
  const scheme = target.tls ? "amqps" : "amqp";
  const names = [...(takesMessages(target.addressType) ? ["Message"] : []), ...(target.tls ? ["SSLDomain"] : [])];
  const tlsSetUp = target.tls
    ? `        domain = SSLDomain(SSLDomain.MODE_CLIENT)
        domain.set_trusted_ca_db("${certificateFileName}")
        domain.set_peer_authentication(SSLDomain.VERIFY_PEER_NAME)
`
    : "";
  const tlsArgument = target.tls ? "ssl_domain=domain, " : "";
  return {
    id: "proton",
    title: "Python (Qpid Proton)",
    language: "python",
    fileName: "try_postroom.py",
    install: "pip install python-qpid-proton",
    run: "python3 try_postroom.py",
    code: `import os
${names.length === 0 ? "" : `from proton import ${names.join(", ")}\n`}from proton.handlers import MessagingHandler
from proton.reactor import Container


class TryPostroom(MessagingHandler):
    def on_start(self, event):
${tlsSetUp}        connection = event.container.connect(
            "${scheme}://${target.host}:${target.port}", ${tlsArgument}
            user="${target.login}", password=os.environ["POSTROOM_SECRET"],
            allowed_mechs="PLAIN", allow_insecure_mechs=True, reconnect=False)
        event.container.create_receiver(connection, ${JSON.stringify(target.address)})
${takesMessages(target.addressType) ? bothWays(target.address) : receivingOnly}


Container(TryPostroom(auto_accept=False)).run()
`.replace(/, \n/g, ",\n"),
  };
}
