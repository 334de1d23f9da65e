"""Qpid Proton clients, each with a connection of its own, that all send to and receive from one address at the same moment.

Arguments: URL, address, user, password, number of clients. Reports what came of it as one line of JSON.
"""
import json
import sys

from proton import Message
from proton.handlers import MessagingHandler
from proton.reactor import Container


class Clients(MessagingHandler):
    def __init__(self, url, address, user, password, count):
        super().__init__()
        self.url, self.address, self.user, self.password, self.count = url, address, user, password, int(count)
        self.connections = []
        self.sent = set()
        self.result = {"opened": 0, "accepted": 0, "received": 0, "errors": []}

    def on_start(self, event):
        for number in range(self.count):
            connection = event.container.connect(self.url, user=self.user, password=self.password, allowed_mechs="PLAIN", reconnect=False)
            self.connections.append(connection)
            event.container.create_receiver(connection, self.address)
            event.container.create_sender(connection, self.address, name=f"sender-{number}")

    def on_link_opened(self, event):
        self.result["opened"] += 1

    def on_sendable(self, event):
        if event.sender.name in self.sent:
            return
        self.sent.add(event.sender.name)
        event.sender.send(Message(body=event.sender.name))

    def on_accepted(self, event):
        self.result["accepted"] += 1
        self.end_when_done()

    def on_message(self, event):
        self.result["received"] += 1
        self.end_when_done()

    def end_when_done(self):
        if self.result["accepted"] >= self.count and self.result["received"] >= self.count:
            self.end()

    def end(self):
        for connection in self.connections:
            connection.close()

    def on_error(self, event):
        condition = (event.link and event.link.remote_condition) or (event.connection and event.connection.remote_condition)
        self.result["errors"].append(str(condition))
        self.end()

    on_link_error = on_connection_error = on_session_error = on_transport_error = on_error


handler = Clients(*sys.argv[1:6])
Container(handler).run()
print(json.dumps(handler.result))
