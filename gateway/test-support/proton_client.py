"""Qpid Proton client: receives from one address and sends to it, and tells what happens as lines of JSON, until its connection ends.

Arguments: URL, user, password, container id, address, other address that is only tried. A message with the body `bad` is rejected.
"""
import json
import sys

from proton import Condition, Delivery, Message
from proton.handlers import MessagingHandler
from proton.reactor import Container


def tell(what, **more):
    print(json.dumps({"what": what, **more}), flush=True)


class Client(MessagingHandler):
    def __init__(self, url, user, password, address, tried):
        super().__init__(auto_accept=False, prefetch=10)
        self.url, self.user, self.password, self.address, self.tried = url, user, password, address, tried
        self.to_send = ["good", "good", "bad"]

    def on_start(self, event):
        self.connection = event.container.connect(
            self.url, user=self.user, password=self.password, allowed_mechs="PLAIN", reconnect=False,
            properties={"product": "proton-test", "version": "1.2.3"})
        event.container.create_receiver(self.connection, self.address)
        self.sender = event.container.create_sender(self.connection, self.address)
        event.container.create_receiver(self.connection, self.tried)

    def on_sendable(self, event):
        while self.to_send and event.sender.credit:
            event.sender.send(Message(body=self.to_send.pop(0)))

    def on_message(self, event):
        if event.message.body == "bad":
            event.delivery.local.condition = Condition("app:bad", "not wanted here")
            event.delivery.update(Delivery.REJECTED)
            event.delivery.settle()
        else:
            self.accept(event.delivery)
        tell("received", body=event.message.body)

    def on_link_error(self, event):
        condition = event.link.remote_condition
        tell("link-error", condition=condition.name, description=condition.description)

    def on_connection_remote_close(self, event):
        # Proton's own handler takes a forced close for a lost network and says nothing of it.
        condition = event.connection.remote_condition
        tell("connection-closed", condition=condition and condition.name, description=condition and condition.description)
        event.connection.close()

    def on_transport_error(self, event):
        condition = event.transport.condition
        tell("transport-error", condition=condition.name, description=condition.description)


url, user, password, container, address, tried = sys.argv[1:7]
runner = Container(Client(url, user, password, address, tried))
runner.container_id = container
runner.run()
