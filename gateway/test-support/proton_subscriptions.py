"""Qpid Proton client: sends to a topic while nobody receives, then takes everything from its subscriptions.

Arguments: URL, user, password, count, topic, and a subscription for each receiver, which has a connection of its own. Prints one
line of JSON: the numbers that each receiver got, in their order, and the first error.
"""
import json
import sys

from proton import Message
from proton.handlers import MessagingHandler
from proton.reactor import Container


class Subscriptions(MessagingHandler):
    def __init__(self, url, user, password, count, topic, subscriptions):
        super().__init__(prefetch=0, auto_accept=False)
        self.url, self.count, self.topic, self.subscriptions = url, count, topic, subscriptions
        self.login = {"user": user, "password": password, "allowed_mechs": "PLAIN", "reconnect": False}
        self.sent = self.accepted = 0
        self.receivers = []
        self.opened = 0
        self.result = {"received": [[] for _ in subscriptions], "error": None}

    def on_start(self, event):
        connection = event.container.connect(self.url, **self.login)
        self.sender = event.container.create_sender(connection, self.topic)

    def on_sendable(self, event):
        while self.sent < self.count and event.sender.credit > 0:
            event.sender.send(Message(id=self.sent, body=self.sent, durable=True))
            self.sent += 1

    def on_accepted(self, event):
        self.accepted += 1
        if self.accepted < self.count:
            return
        event.connection.close()
        for index, subscription in enumerate(self.subscriptions):
            connection = event.container.connect(self.url, **self.login)
            self.receivers.append(event.container.create_receiver(connection, subscription, name=f"receiver-{index}"))

    def on_link_opened(self, event):
        if not event.link.is_receiver:
            return
        self.opened += 1
        if self.opened == len(self.receivers):
            for receiver in self.receivers:
                receiver.flow(1)

    def on_message(self, event):
        self.result["received"][self.receivers.index(event.receiver)].append(event.message.body)
        self.accept(event.delivery)
        event.receiver.flow(1)
        wanted = len({name.split("::")[-1] for name in self.subscriptions}) * self.count
        if sum(map(len, self.result["received"])) == wanted:
            self.close()

    def on_error(self, event):
        condition = (event.link and event.link.remote_condition) or (event.connection and event.connection.remote_condition)
        self.result["error"] = str(condition)
        self.close()
        if event.connection:
            event.connection.close()

    def close(self):
        for receiver in self.receivers:
            receiver.connection.close()

    on_link_error = on_connection_error = on_session_error = on_transport_error = on_error


url, user, password, count, topic, *subscriptions = sys.argv[1:]
handler = Subscriptions(url, user, password, int(count), topic, subscriptions)
Container(handler).run()
print(json.dumps(handler.result))
