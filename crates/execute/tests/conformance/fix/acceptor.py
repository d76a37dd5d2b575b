#!/usr/bin/env python3
"""A broker over FIX 4.4 for tests: the acceptor of QuickFIX, and a book of orders that behaves or misbehaves on request.

    acceptor.py PORT FOLDER

The session is QuickFIX's: numbers, gaps, resends, logon and logout. What a broker does with orders is here: a name is one order for
good, a day order is executed inside its limit, a cancelled one no more. Commands come as JSON, one a line, and each is answered by a
line; the first line is "ready". See `Market` for what there is.
"""
import json
import os
import sys
from decimal import Decimal

import quickfix as fix

OURS, THEIRS = "BROKER", "EQUIPOISE"
SETTINGS = """[DEFAULT]
ConnectionType=acceptor
SocketAcceptPort={port}
SocketReuseAddress=Y
StartTime=00:00:00
EndTime=00:00:00
UseDataDictionary=N
MaxLatency=3600
FileStorePath={folder}/store
FileStoreSync=N
[SESSION]
BeginString=FIX.4.4
SenderCompID={ours}
TargetCompID={theirs}
"""


def value(message, tag, otherwise=None):
    part = message if message.isSetField(tag) else message.getHeader()
    return part.getField(tag) if part.isSetField(tag) else otherwise


def built(kind, fields):
    message = fix.Message()
    message.getHeader().setField(fix.MsgType(kind))
    for tag, text in fields.items():
        message.setField(fix.StringField(int(tag), str(text)))
    return message


class Order:
    def __init__(self, message, number):
        self.name, self.number = value(message, 11), number
        self.symbol, self.side, self.account = value(message, 55), value(message, 54), value(message, 1)
        self.quantity = Decimal(value(message, 38))
        self.limit = Decimal(value(message, 44)) if value(message, 40) == "2" else None
        self.filled, self.status, self.executions = Decimal(0), "0", []

    def is_over(self):
        return self.status in "248C"


class Market(fix.Application):
    """What can be asked for stands in the methods without an underscore, but for those of QuickFIX."""

    def __init__(self):
        super().__init__()
        self.session, self.orders, self.wrong, self.log = None, {}, [], []
        self.refusal, self.password, self.count, self.logons = None, None, 0, 0
        self.question, self.knows_status = True, True

    # What QuickFIX asks for.

    def onCreate(self, session):
        self.session = session

    def onLogon(self, session):
        self.logons += 1

    def onLogout(self, session):
        pass

    def toAdmin(self, message, session):
        self._noted("out", message)

    def toApp(self, message, session):
        self._noted("out", message)

    def fromAdmin(self, message, session):
        self._noted("in", message)
        if value(message, 35) != "A":
            return
        if self.refusal:
            raise fix.RejectLogon(self.refusal)
        if self.password and value(message, 554) != self.password:
            raise fix.RejectLogon("wrong password")

    def fromApp(self, message, session):
        self._noted("in", message)
        kind = value(message, 35)
        wrong = next((it for it in self.wrong if it["kind"] == kind), None)
        if wrong:
            self.wrong.remove(wrong)
            if self._goes_wrong(wrong, message):
                return
        known = {"D": self._order, "F": self._cancel, "H": self._status}
        if kind in known:
            known[kind](message)
        if wrong and wrong["how"] == "drop":
            self.drop()

    def _noted(self, way, message):
        self.log.append(f"{way} " + message.toString().replace("\x01", "|"))

    # What a broker does.

    def _goes_wrong(self, wrong, message):
        """Whether nothing else is to be done with it."""
        how, number = wrong["how"], value(message, 34)
        if how == "ignore":  # it never got as far as the book
            return True
        if how == "reject":
            self._send("3", {45: number, 371: 38, 372: value(message, 35), 373: 5, 58: wrong["text"]})
        elif how == "business":
            fields = {45: number, 372: value(message, 35), 380: wrong["reason"], 58: wrong["text"]}
            self._send("j", {**fields, **({379: value(message, 11)} if value(message, 35) == "D" else {})})
        elif how == "refuse":
            self._refused(message, wrong.get("reason", 99), wrong["text"])
        elif how == "silent":  # it is in the book, and nothing is said
            sent, self._send = self._send, lambda *_: None
            {"D": self._order, "F": self._cancel, "H": self._status}[value(message, 35)](message)
            self._send = sent
        elif how == "cancel_reject":
            fields = {tag: text for tag, text in wrong.items() if tag.isdigit()}
            self._send("9", {**fields, 11: value(message, 11), 41: value(message, 41)})
        elif how == "drop_first":  # nothing is in the book, and the line breaks
            self.drop()
        elif how == "drop":
            return False
        return True

    def _order(self, message):
        name = value(message, 11)
        if name in self.orders:
            return self._refused(message, 6, "Duplicate ClOrdID")
        order = self.orders[name] = Order(message, len(self.orders) + 1)
        self._report(order, "0")

    def _refused(self, message, reason, text):
        self.count += 1
        self._send("8", {37: "NONE", 11: value(message, 11), 17: f"R{self.count}", 150: "8", 39: "8", 103: reason, 58: text,
                         55: value(message, 55), 54: value(message, 54), 38: value(message, 38), 14: 0, 151: 0, 6: 0})

    def _cancel(self, message):
        order = self.orders.get(value(message, 41))
        if order is None or order.is_over():
            reason, status = ("1", "8") if order is None else ("0", order.status)
            return self._send("9", {37: "NONE" if order is None else f"B{order.number}", 11: value(message, 11), 41: value(message, 41),
                                    39: status, 434: "1", 102: reason, 58: "Too late to cancel" if order else "Unknown order"})
        order.status = "4"
        self._report(order, "4", {11: value(message, 11), 41: order.name})

    def _status(self, message):
        if not self.knows_status:
            return self._send("j", {45: value(message, 34), 372: "H", 380: 3, 58: "Unsupported Message Type"})
        order = self.orders.get(value(message, 11))
        asked = {790: value(message, 790)} if self.question else {}
        if order is None:
            return self._send("8", {37: "NONE", 11: value(message, 11), 17: "0", 150: "I", 39: "8", 103: 5, 58: "Unknown order",
                                    55: value(message, 55), 54: value(message, 54), 14: 0, 151: 0, 6: 0, **asked})
        self._report(order, "I", {17: "0", **asked})

    def _report(self, order, kind, more=()):
        self.count += 1
        left = 0 if order.is_over() else order.quantity - order.filled
        self._send("8", {37: f"B{order.number}", 11: order.name, 17: f"E{self.count}", 150: kind, 39: order.status, 55: order.symbol,
                         54: order.side, 1: order.account, 38: order.quantity, 14: order.filled, 151: left, 6: 0, **dict(more)})

    def _send(self, kind, fields):
        fix.Session.sendToTarget(built(kind, fields), self.session)

    # What a test asks for.

    def execute(self, name, quantity, price, at, more=None):
        """The market executes so much of an order, as far as its limit allows; "sent" or why not."""
        order, quantity, price = self.orders.get(name), Decimal(quantity), Decimal(price)
        if order is None or order.is_over():
            return "there is no such order, or it is over"
        worse = order.limit is not None and (price > order.limit if order.side == "1" else price < order.limit)
        if worse or order.filled + quantity > order.quantity:
            return "not at that price, or not so many"
        order.filled += quantity
        order.status = "2" if order.filled == order.quantity else "1"
        order.executions.append(f"E{self.count + 1}")
        self._report(order, "F", {32: quantity, 31: price, 60: at, **(more or {})})
        return "sent"

    def report(self, name, kind, fields):
        """Any report of an order, with fields in place of the usual ones."""
        self._report(self.orders[name], kind, fields)

    def end(self, name, status, text):
        """An order ends: `4` cancelled, `C` expired, `3` done for the day."""
        self.orders[name].status = status
        self._report(self.orders[name], status, {151: 0, 58: text})

    def goes_wrong(self, kind, how, **more):
        """The next message of a kind: ignore, silent, reject, business, refuse, cancel_reject, drop, drop_first."""
        self.wrong.append({"kind": kind, "how": how, **more})

    def send(self, kind, fields):
        """Any message."""
        self._send(kind, fields)

    def refuse_logon(self, text):
        self.refusal = text

    def ask_password(self, password):
        self.password = password

    def answers(self, question=True, status=True):
        """Whether an answer names the question (790), and whether it answers H at all."""
        self.question, self.knows_status = question, status

    def drop(self):
        """The line breaks."""
        fix.Session.lookupSession(self.session).disconnect()

    def skip(self, out=0, into=0):
        """Numbers get lost: so many of theirs, so many of ours."""
        session = fix.Session.lookupSession(self.session)
        if out:
            session.setNextSenderMsgSeqNum(session.getExpectedSenderNum() + out)
        if into:
            session.setNextTargetMsgSeqNum(session.getExpectedTargetNum() - into)

    def reset(self):
        """They begin with 1, and we are not asked."""
        fix.Session.lookupSession(self.session).reset()

    def state(self):
        orders = [{"name": it.name, "symbol": it.symbol, "side": it.side, "account": it.account, "quantity": str(it.quantity),
                   "limit": str(it.limit) if it.limit is not None else None, "filled": str(it.filled), "status": it.status,
                   "executions": it.executions} for it in self.orders.values()]
        is_on = self.session is not None and fix.Session.lookupSession(self.session).isLoggedOn()
        return {"orders": orders, "logons": self.logons, "is_on": is_on}

    def messages(self):
        return list(self.log)


def main():
    port = sys.argv[1]
    path = f"{sys.argv[2]}/acceptor.cfg"
    with open(path, "w") as file:
        file.write(SETTINGS.format(port=port, ours=OURS, theirs=THEIRS, folder=sys.argv[2]))
    market = Market()
    # Of files, since the one in memory sends nothing again behind a number that it does not have.
    settings = fix.SessionSettings(path)
    acceptor = fix.SocketAcceptor(market, fix.FileStoreFactory(settings), settings)
    acceptor.start()
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        name, more = asked.pop("do"), asked
        try:
            answer = {"answer": getattr(market, name)(**more)}
        except Exception as error:  # told to the test, which fails with it
            answer = {"failed": f"{name}: {error!r}"}
        print(json.dumps(answer), flush=True)
    sys.stdout.flush()
    os._exit(0)  # the engine's threads are not waited for: whoever started this has what they wanted


if __name__ == "__main__":
    main()
