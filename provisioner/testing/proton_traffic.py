"""Qpid Proton client that makes known traffic: does the steps that it reads, each on a connection of its own, and ends with the
number of outcomes that it saw as one line of JSON.

Arguments: URL, user, password, steps as JSON: a list of
  {"send": address, "count": n, "presettled": bool, "ttl": seconds}
  {"receive": address, "outcomes": ["accept" | "reject" | "release", ...]}
  {"take": address, "count": n}: with a receiver that settles nothing
  {"pass": address, "count": n}: to a receiver on another connection, which accepts
"""
import json
import sys
import threading

from proton import Message
from proton.reactor import AtMostOnce
from proton.utils import BlockingConnection

url, user, password, steps = sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4])
seen = {"accepted": 0, "accept": 0, "reject": 0, "release": 0}
timeout = 20


def connect():
    return BlockingConnection(url, timeout=timeout, user=user, password=password, allowed_mechs="PLAIN")


def send(connection, step):
    options = [AtMostOnce()] if step.get("presettled") else None
    sender = connection.create_sender(step["send"], options=options)
    for index in range(step["count"]):
        message = Message(body="%d" % index, durable=True, ttl=step.get("ttl", 0))
        delivery = sender.send(message)
        if delivery is not None and not step.get("presettled"):
            seen["accepted"] += 1
    sender.close()


def receive(connection, step):
    # Without credit of its own it is given one each time, so that nothing is handed out beyond what is settled here.
    receiver = connection.create_receiver(step["receive"])
    for outcome in step["outcomes"]:
        receiver.receive(timeout=timeout)
        if outcome == "release":
            receiver.release(delivered=False)
        else:
            getattr(receiver, outcome)()
        seen[outcome] += 1
    receiver.close()


def take(connection, step):
    receiver = connection.create_receiver(step["take"], options=[AtMostOnce()])
    for _ in range(step["count"]):
        receiver.receive(timeout=timeout)
    receiver.close()


def pass_on(connection, step):
    attached = threading.Event()

    def accept_all():
        other = connect()
        receiver = other.create_receiver(step["pass"], credit=step["count"])
        attached.set()
        for _ in range(step["count"]):
            receiver.receive(timeout=timeout)
            receiver.accept()
        receiver.close()
        other.close()

    thread = threading.Thread(target=accept_all)
    thread.start()
    attached.wait(timeout)
    send(connection, {"send": step["pass"], "count": step["count"]})
    thread.join()


work = {"send": send, "receive": receive, "take": take, "pass": pass_on}
for step in steps:
    connection = connect()
    next(do for name, do in work.items() if name in step)(connection, step)
    connection.close()
print(json.dumps(seen))
