"""Qpid Proton client: sends to a queue in local transactions and reports the outcomes as one line of JSON.

Arguments: URL, address, user, password; then `commit` or `abort`.
"""
import json
import sys

from proton import Message
from proton.handlers import MessagingHandler, TransactionHandler
from proton.reactor import Container


class Sends(MessagingHandler, TransactionHandler):
    def __init__(self, url, address, user, password, ending):
        super().__init__()
        self.url, self.address, self.user, self.password, self.ending = url, address, user, password, ending
        self.sent = False
        self.result = {"committed": 0, "aborted": 0, "error": None}

    def on_start(self, event):
        self.container = event.container
        self.connection = event.container.connect(self.url, user=self.user, password=self.password, allowed_mechs="PLAIN", reconnect=False)
        self.sender = event.container.create_sender(self.connection, self.address)
        self.container.declare_transaction(self.connection, handler=self)
        self.transaction = None

    def on_transaction_declared(self, event):
        self.transaction = event.transaction
        self.send()

    def on_sendable(self, event):
        self.send()

    def send(self):
        if self.transaction is None or self.sent or self.sender.credit < 3:
            return
        self.sent = True
        for index in range(3):
            self.transaction.send(self.sender, Message(body=f"{self.ending} {index}"))
        if self.ending == "commit":
            self.transaction.commit()
        else:
            self.transaction.abort()

    def on_transaction_committed(self, event):
        self.result["committed"] = 1
        self.connection.close()

    def on_transaction_aborted(self, event):
        self.result["aborted"] = 1
        self.connection.close()

    def on_error(self, event):
        condition = (event.link and event.link.remote_condition) or (event.connection and event.connection.remote_condition)
        self.result["error"] = str(condition)
        if event.connection:
            event.connection.close()

    on_link_error = on_connection_error = on_session_error = on_transport_error = on_error


handler = Sends(*sys.argv[1:6])
Container(handler).run()
print(json.dumps(handler.result))
