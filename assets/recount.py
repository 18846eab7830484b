#!/usr/bin/env python3
"""Recounts the money of a meeting from the raw log of a hub's folder, without the program: payments, slips, price requests,
queues, gifts, materials, cash. Standard library only; reads, changes nothing.

    python3 recount.py HUB_FOLDER [> figures.json]      compare with: usher report --data HUB_FOLDER --json

"Rule n" in the comments is rule n of the meeting's written rules; "who wins" their table about machines that were cut off.
Amounts are integers in minor units, times Unix milliseconds, ids as in the log.
"""
import hashlib
import json
import os
import pathlib
import sqlite3
import struct
import sys


def envelopes(folder):
    """Every event once, in the hub's order: an act that came again under another place of a log is one act."""
    path = os.path.join(folder, "hub.db")
    log = sqlite3.connect(pathlib.Path(os.path.abspath(path)).as_uri() + "?mode=ro", uri=True)
    seen = set()
    for (raw,) in log.execute("SELECT event FROM events ORDER BY meeting, cursor"):
        if hashlib.sha256(b"usher/event/1\n" + raw[:-32]).digest() != raw[-32:]:
            sys.exit("an event's hash does not fit its bytes: the log is damaged")
        event = decode(raw)
        if event["id"] not in seen:
            seen.add(event["id"])
            yield event


def decode(raw):
    """16-byte ids, big-endian numbers, texts after a u16 length, the payload after a u32 length."""
    place = 64 + 8  # event, meeting, device, log epoch; then seq
    (clock,) = struct.unpack_from(">Q", raw, place)
    (offset,) = struct.unpack_from(">q", raw, place + 8 + 16)
    place += 8 + 16 + 8

    def text(place):
        (length,) = struct.unpack_from(">H", raw, place)
        return raw[place + 2 : place + 2 + length].decode(), place + 2 + length

    actor, place = text(place)
    kind, place = text(place)
    (length,) = struct.unpack_from(">I", raw, place + 6)
    payload = json.loads(raw[place + 10 : place + 10 + length])
    at = max(0, (clock >> 16) + offset)  # who wins, wrong clock: corrected time everywhere
    who = actor.split(" ")[0]  # a role and a name may follow the code
    return {"id": raw[:16].hex(), "device": raw[32:48].hex(), "at": at, "actor": who, "kind": kind, "said": payload}


def two_people(event):
    """Money is taken back, and a signed slip is voided, by two different people."""
    second = event["said"].get("second")
    if second is None:
        return False
    return event["actor"] == "organiser" or (event["actor"].startswith("staff:") and event["actor"] != "staff:" + second)


class Recount:
    def __init__(self):
        self.hub, self.config = None, {}
        self.payments, self.words, self.slips, self.prices, self.tickets = {}, {}, {}, {}, {}
        self.early, self.gifts, self.shelf, self.materials, self.handovers = {}, {}, {}, {}, {}

    def take(self, event):
        kind, said = event["kind"], event["said"]
        if kind == "DeviceEnrolled" and said["role"] == "hub" and said["device"] == event["device"]:
            self.hub = self.hub or event["device"]
        elif kind == "MeetingConfigured" and event["device"] == self.hub:  # only the hub writes the meeting file
            self.config = said["config"]
        for part in ("Payment", "Slip", "Discount", "Ticket", "Gift", "Material", "Cash"):
            if kind.startswith(part):
                getattr(self, part.lower())(event, kind[len(part) :], said)

    # Rule 10: one receipt, any number of tenders; claimed, then confirmed.
    def payment(self, event, step, said):
        if step in ("Claimed", "Received"):
            receipt = said["receipt"]
            known = self.payments.get(receipt["payment"])
            if known:  # the same receipt again has no effect, but what was claimed may be taken at a counter
                known["received"] |= step == "Received"
                return
            one = {"receipt": receipt, "at": event["at"], "desk": event["device"], "received": step == "Received"}
            one.update(total=sum(t["amount_minor"] for t in receipt["tenders"]), words=self.words.setdefault(receipt["payment"], set()))
            one["alike"] = [id for id, other in self.payments.items() if self.looks_alike(one, other)]
            self.payments[receipt["payment"]] = one
        elif step != "Reversed" or two_people(event):  # also when a hub that began anew hears of the receipt later
            self.words.setdefault(said["payment"], set()).add(step)

    # Rule 10 and who wins, "a payment recorded twice": the same non-empty reference (as it is read: spaces and capitals do not
    # tell two apart), or the same dealer and amount within some minutes on two nodes. What was reversed before is no twin.
    def looks_alike(self, one, other):
        if "Reversed" in other["words"]:
            return False
        words = lambda payment: {"".join(t.get("reference", "").split()).upper() for t in payment["receipt"]["tenders"]} - {""}
        if words(one) & words(other):
            return True
        minutes = self.config.get("rules", {}).get("duplicate_payment_minutes", 10)
        same = other["receipt"]["dealer"] == one["receipt"]["dealer"] and other["total"] == one["total"]
        return same and other["desk"] != one["desk"] and abs(other["at"] - one["at"]) <= minutes * 60_000

    @staticmethod
    def payment_status(one):
        if "Reversed" in one["words"]:
            return "reversed"
        if one["alike"] and "Released" not in one["words"]:  # the first in the hub's order counts, later ones wait for a person
            return "under_review"
        return "confirmed" if "Confirmed" in one["words"] else "received" if one["received"] else "claimed"

    # Rule 8: draft, signed, superseded or void. Who wins, "one slip edited at two desks": an edit names the version that it
    # changes; the first in the hub's order stands, the other is a kept branch until a person picks.
    def slip(self, event, step, said):
        slip = self.slips.get(said["slip"])
        if step in ("Drafted", "Revised", "Signed"):
            revision = {"Drafted": 1, "Signed": said.get("revision"), "Revised": said.get("base_rev", 0) + 1}[step]
            version = {"event": event["id"], "device": event["device"], "revision": revision, "content": said["content"]}
            if slip is None:  # its draft may have died with a disk: the slip begins with whatever comes first
                slip = self.slips[said["slip"]] = {"number": "", "head": version, "branches": [], "signatures": []}
                slip.update(signed=False, by=None, void=False, returned=set())
        if slip is None:
            return
        if step == "Drafted":
            slip["number"] = slip["number"] or said["number"]
        elif step == "Revised":
            self.revise(slip, version, said)
        elif step == "Signed":
            slip["signatures"].append(said["content"])
            if all(other["content"] != said["content"] for other in [slip["head"]] + slip["branches"]):
                slip["branches"].append(version)  # what is on paper is a version too
            self.settle_signature(slip)
        elif step == "BranchChosen":
            self.choose(slip, said["kept"], said["dropped"])
        elif step == "Superseded":
            by = said["by"]
            while by is not None and by != said["slip"]:  # two desks that replace each other's slips make neither vanish
                by = self.slips.get(by, {}).get("by")
            if by is None and slip["by"] is None:
                slip["by"] = said["by"]
        elif step == "Voided" and (not slip["signed"] or two_people(event)):
            slip["void"] = True
        elif step == "CopyReturned":
            slip["returned"].add(said["copy"])

    @staticmethod
    def revise(slip, version, said):
        head, branches = slip["head"], slip["branches"]
        if version["content"] == head["content"]:
            return  # the same words are no second version
        base = said.get("base")
        if base is None:  # an older program names the number only: its own branch, else the version that stands
            own = [b for b in branches if b["device"] == version["device"] and b["revision"] == said["base_rev"]]
            base = own[0]["event"] if own else head["event"] if head["revision"] == said["base_rev"] else None
        for at, branch in enumerate(branches):
            if branch["event"] == base:
                branches[at] = version
                return
        if base == head["event"] and not slip["signed"]:
            slip["head"] = version
        else:
            branches.append(version)  # also: a signed slip never changes

    def choose(self, slip, kept, dropped):
        if kept != slip["head"]["event"]:
            chosen = [branch for branch in slip["branches"] if branch["event"] == kept]
            if not chosen or slip["signed"]:
                return  # the first choice counts, and what was signed cannot be dropped
            slip["branches"].remove(chosen[0])
            slip["branches"].append(slip["head"])
            revision = max(chosen[0]["revision"], slip["head"]["revision"]) + 1
            slip["head"] = dict(chosen[0], revision=revision)
        slip["branches"] = [branch for branch in slip["branches"] if branch["event"] not in dropped]
        self.settle_signature(slip)

    @staticmethod
    def settle_signature(slip):
        slip["signed"] = slip["signed"] or (not slip["branches"] and slip["head"]["content"] in slip["signatures"])

    @staticmethod
    def slip_status(slip):
        if slip["void"]:
            return "void"
        if slip["by"]:
            return "superseded"
        return "signed" if slip["signed"] else "two_versions" if slip["branches"] else "draft"

    # Rule 9: a yes is bound to slip, revision, line and price of the question; the first answer counts.
    def discount(self, event, step, said):
        price = self.prices.get(said["discount"])
        if step == "Requested":
            self.prices.setdefault(said["discount"], dict(said, state="requested", by=None))
            for early in self.early.pop(said["discount"], []):
                self.discount(*early)
        elif price is None:  # a hub that began anew may hear the answer before the question
            self.early.setdefault(said["discount"], []).append((event, step, said))
        elif price["state"] == "requested":
            bound = all(said.get(word) == price[word] for word in ("slip", "revision", "line", "unit_price_minor"))
            if step == "Approved" and bound:
                price.update(state="approved", by=said["approver"])
            elif step == "Refused":
                price.update(state="refused", by=said["by"])

    # Rule 12: a ticket waits, is called, is served, or nobody came; what cannot follow has no effect.
    def ticket(self, event, step, said):
        at, ticket = event["at"], self.tickets.get(said["ticket"])
        if step == "Taken":
            new = {"number": said["number"], "queue": said["queue"], "green": said.get("green", False), "taken_ms": at}
            self.tickets.setdefault(said["ticket"], dict(new, state="waiting", first=None, called=None, settled=None))
        elif ticket is None or ticket["state"] in ("served", "left"):
            return
        elif step == "Called":
            ticket.update(state="called", first=at if ticket["first"] is None else ticket["first"], called=at, settled=None)
        elif step == "Transferred":  # with the time of the ticket, but the wait for a call begins anew
            ticket.update(state="waiting", queue=said["to"], first=None, called=None)
        elif step == "Served":
            ticket.update(state="served", settled=at)
        elif step == "Dropped" and not (said.get("no_show") and ticket["state"] != "called"):
            ticket.update(state="no_show" if said.get("no_show") else "left", settled=at)

    # Rule 13: gifts leave once and may come back; a count of the shelf replaces what was reckoned before it.
    def gift(self, event, step, said):
        given = self.gifts.get(said.get("handover"))
        if step == "StockCounted":
            self.shelf[said["gift"]] = [said["stock"], 0]
        elif step == "HandedOver" and given is None:
            self.gifts[said["handover"]] = dict(said, desk=event["device"], at_ms=event["at"], returned_ms=None)
            self.shelf.setdefault(said["gift"], [None, 0])[1] += said["quantity"]
            for early in self.early.pop(said["handover"], []):
                self.gift(*early)
        elif step == "Returned" and given is None:
            self.early.setdefault(said["handover"], []).append((event, step, said))
        elif step == "Returned" and given["returned_ms"] is None:
            given["returned_ms"] = event["at"]
            self.shelf[given["gift"]][1] -= given["quantity"]

    def material(self, event, step, said):
        if step == "Issued":
            self.materials.setdefault(said["issue"], dict(said, returned=0))
        elif said["issue"] in self.materials:  # no more comes back than went out
            out = self.materials[said["issue"]]
            out["returned"] = min(out["quantity"], out["returned"] + said["quantity"])

    # Rule 10, cash: counted by two, handed over per desk.
    def cash(self, event, step, said):
        self.handovers.setdefault(said["handover"], dict(said, desk=event["device"], at_ms=event["at"]))

    def figures(self):
        self.reference = ("transfer", "card", "wechat_pay", "alipay", "acceptance_bill")
        currency = self.config.get("meeting", {}).get("currency", "CNY")
        slips = [self.slip_row(id, slip) for id, slip in sorted(self.slips.items())]
        sums = {status: dict.fromkeys(SLIP_SUMS, 0) for status in SLIP_STATUS}
        for row in slips:
            add(sums[row["status"]], slips=1, **{word: row[word] for word in SLIP_SUMS if word != "slips"})
        tickets = sorted(self.tickets.items(), key=lambda item: (item[1]["taken_ms"], item[0]))
        shelf = {gift["id"]: gift["stock"] for gift in self.config.get("gifts", [])}
        shelf.update({gift: counted for gift, (counted, _) in self.shelf.items() if counted is not None})
        gone = {id for cash in self.handovers.values() for id in cash["payments"]}
        lying = {}
        for id, one in self.payments.items():  # claimed and reversed money is not at the desk
            notes = [t["amount_minor"] for t in one["receipt"]["tenders"] if t["kind"] == "cash"]
            if notes and id not in gone and self.payment_status(one) not in ("claimed", "reversed"):
                lying[one["desk"]] = lying.get(one["desk"], 0) + sum(notes)
        return {
            "currency": currency,
            "payments": self.payment_figures(),
            "slip_totals": sums,
            "slips": slips,
            "prices": [pick(price, PRICE) for _, price in sorted(self.prices.items())],
            "queues": [self.queue_row(ticket) for _, ticket in tickets],
            "gift_stock": {gift: stock - self.shelf.get(gift, [None, 0])[1] for gift, stock in shelf.items()},
            "gifts": [pick(gift, GIFT) for gift in self.gifts.values()],
            "materials": [
                {"issue": id, "item": out["item"], "to": out["to"], "issued": out["quantity"], "returned": out["returned"]}
                for id, out in self.materials.items()
            ],
            "cash_handovers": [dict(pick(cash, CASH), receipts=len(cash["payments"])) for cash in self.handovers.values()],
            "cash_at_desks": lying,
            # The stub and finance's copy of everything signed come back to the organiser.
            "missing_copies": [
                [id, copy]
                for id, slip in sorted(self.slips.items())
                for copy in ("stub", "finance")
                if slip["signed"] and copy not in slip["returned"]
            ],
            "missing_proof": [[id, lacks] for id, one in self.payments.items() if (lacks := self.lacks(one))],
        }

    def payment_figures(self):
        status = {word: {"receipts": 0, "minor": 0} for word in PAYMENT_STATUS}
        dealers, desks, tenders, receipts = {}, {}, {}, []
        for id, one in self.payments.items():
            word, receipt = self.payment_status(one), one["receipt"]
            of_dealer = dealers.setdefault(receipt["dealer"], {}).setdefault(word, {"receipts": 0, "minor": 0})
            for sums in (status[word], of_dealer):
                add(sums, receipts=1, minor=one["total"])
            column = {"confirmed": "confirmed_minor", "reversed": "reversed_minor"}.get(word, "open_minor")
            for tender in receipt["tenders"]:
                for sums in (desks.setdefault(one["desk"], {}), tenders):
                    of_kind = sums.setdefault(tender["kind"], dict.fromkeys(TENDER_SUMS, 0))
                    add(of_kind, tenders=1, **{column: tender["amount_minor"]})
            row = {"payment": id, "number": receipt["number"], "dealer": receipt["dealer"], "desk": one["desk"]}
            receipts.append(dict(row, at_ms=one["at"], status=word, total_minor=one["total"], resembles=one["alike"]))
        # Only what finance confirmed and nobody doubts or took back is paid: the sum of distinct confirmed payments.
        paid = status["confirmed"]["minor"]
        by = {"by_status": status, "by_tender": tenders, "by_desk": desks, "by_dealer": dealers}
        return dict(by, paid_minor=paid, receipts=receipts)

    def slip_row(self, id, slip):
        content, status = slip["head"]["content"], self.slip_status(slip)
        total, deposit = content["total_minor"], content.get("deposit_minor", 0)
        row = {"slip": id, "number": slip["number"], "dealer": content["dealer"], "status": status}
        row.update(revision=slip["head"]["revision"], versions=1 + len(slip["branches"]), total_minor=total)
        row.update(deposit_minor=deposit, balance_minor=max(0, total - deposit))  # rule 8
        row["superseded_by"] = slip["by"] if status == "superseded" else None
        return dict(row, returned=[copy for copy in ("stub", "customer", "finance") if copy in slip["returned"]])

    @staticmethod
    def queue_row(ticket):
        first, called, settled = ticket["first"], ticket["called"], ticket["settled"]
        waited = None if first is None else max(0, first - ticket["taken_ms"])
        served = max(0, settled - called) if ticket["state"] == "served" and called is not None else None
        return dict(pick(ticket, ("number", "queue", "green", "taken_ms", "state")), waited_ms=waited, served_ms=served)

    # Rule 10: a claim is no proof, nor is money that finance has not seen; a bank's or wallet's payment has its reference,
    # cash its sealed bag.
    def lacks(self, one):
        status, lacks = self.payment_status(one), []
        if status == "reversed":
            return lacks
        if "Confirmed" not in one["words"]:
            lacks.append("claimed" if status == "claimed" else "unconfirmed")
        for tender in one["receipt"]["tenders"]:
            if tender["kind"] == "cash" and not tender.get("bag", "").strip():
                lacks.append("bag")
            elif tender["kind"] in self.reference and not tender.get("reference", "").strip():
                lacks.append("reference " + tender["kind"])
        return [lack for at, lack in enumerate(lacks) if at == 0 or lacks[at - 1] != lack]


PAYMENT_STATUS = ("claimed", "received", "confirmed", "under_review", "reversed")
SLIP_STATUS = ("draft", "two_versions", "signed", "superseded", "void")
SLIP_SUMS = ("slips", "total_minor", "deposit_minor", "balance_minor")
TENDER_SUMS = ("tenders", "confirmed_minor", "open_minor", "reversed_minor")
PRICE = ("discount", "slip", "revision", "line", "unit_price_minor", "state", "by")
GIFT = ("handover", "gift", "quantity", "household", "desk", "at_ms", "returned_ms")
CASH = ("number", "desk", "at_ms", "expected_minor", "counted_minor")


def pick(record, words):
    return {word: record[word] for word in words}


def add(sums, **amounts):
    for word, amount in amounts.items():
        sums[word] += amount


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    recount = Recount()
    for event in envelopes(sys.argv[1]):
        recount.take(event)
    json.dump(recount.figures(), sys.stdout, indent=1, sort_keys=True, ensure_ascii=False)
    print()
