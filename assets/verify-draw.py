#!/usr/bin/env python3
"""Rechecks a round of the order lottery (OLP1) from its two files. Needs Python 3.8 and nothing else, no network.

verify-draw.py ROUND.txt ENTRIES.txt [COMMITMENT]    exit 0: true; 1: not true; 2: cannot be read"""
import hashlib, hmac, re, sys

FORMS = dict(event="[0-9A-Za-z._-]{1,40}", round="[1-9][0-9]{0,5}", prize="[0-9A-Za-z._-]{1,40}", qty="[1-9][0-9]{0,9}",
             rules="[0-9a-f]{64}", entries="[0-9a-f]{64}", audience="[0-9a-z,:;.-]{0,1000}", prev="[0-9a-f]{64}",
             seed="[0-9a-f]{64}", picks="[0-9A-Za-z]{1,32}!?(?:,[0-9A-Za-z]{1,32}!?)*")
ROUND = "".join("%s=(%s)\n" % form for form in FORMS.items()).encode()
LIST = rb"OLP1-ENTRIES\t[0-9]+\t[0-9]+\n(?:[0-9A-Za-z]{1,32}\t[1-9][0-9]{0,9}\n)+"

def demand(holds, otherwise):
    if not holds: raise ValueError(otherwise)

def read_list(text):                                    # one spelling only: any other list has another hash
    demand(re.fullmatch(LIST, text), "the list is not in its form")
    head, *lines = [line.split("\t") for line in text.decode().splitlines()]
    drum = [(household, int(tickets)) for household, tickets in lines]
    demand(all(one[0] < two[0] for one, two in zip(drum, drum[1:])), "ids of the list do not ascend")
    demand(all(tickets < 1 << 32 for _, tickets in drum), "more tickets in a line than there can be")
    demand(head[1:] == [str(len(drum)), str(sum(tickets for _, tickets in drum))], "the list's header disagrees")
    return drum

def draw(key, drum, pick):                              # the winner leaves the drum with all tickets
    left, attempt, number = sum(tickets for _, tickets in drum), 0, 1 << 64
    while number >= 2**64 - 2**64 % left:               # beyond the largest multiple small numbers would be favoured
        text = b"OLP1/pick\n%d\n%d\n" % (pick, attempt)
        number, attempt = int.from_bytes(hmac.digest(key, text, "sha256")[:8], "big"), attempt + 1
    place, ticket = 0, number % left
    while ticket >= drum[place][1]: place, ticket = place + 1, ticket - drum[place][1]
    return drum.pop(place)[0]

def verify(round_file, list_file, commitment=None):
    found = re.fullmatch(ROUND, round_file)
    demand(found, "the round file is not in its form")
    said = dict(zip(FORMS, (value.decode() for value in found.groups())))
    number, quantity, secret = int(said["round"]), int(said["qty"]), bytes.fromhex(said["seed"])
    drum = read_list(list_file)
    demand(hashlib.sha256(list_file).hexdigest() == said["entries"], "the list is not the frozen one")
    demand(quantity < 1 << 32, "the round file is not in its form")
    message = "OLP1/round\n" + "".join("%s=%s\n" % (name, said[name]) for name in list(FORMS)[:7])
    key, winners = hmac.digest(secret, message.encode(), "sha256"), []
    for back in range(1, number + 1 if commitment else 2):
        secret = hashlib.sha256(b"OLP1/link\n" + secret).digest()
        demand(back > 1 or secret.hex() == said["prev"], "the secret is not the committed one")
    demand(commitment in (None, secret.hex()), "the secret does not lead to the commitment")
    for pick, name in enumerate(said["picks"].split(",")):
        demand(drum and len(winners) < quantity, "a pick too many: number %d" % (pick + 1))
        demand(draw(key, drum, pick) == name.rstrip("!"), "other winners: pick %d is not %s" % (pick + 1, name))
        winners += [name] if name[-1] != "!" else []
    demand(len(winners) == quantity or not drum, "prizes are left, and households too")
    return "TRUE: %s, round %s, prize %s; winners: %s" % (said["event"], number, said["prize"], ", ".join(winners))

if __name__ == "__main__":
    try: print(verify(*[open(name, "rb").read(1 << 23) for name in sys.argv[1:3]], *sys.argv[3:4]))
    except ValueError as fault: sys.exit(print("NOT TRUE:", fault) or 1)
    except (OSError, TypeError) as fault: sys.exit(print("Cannot be read: %s" % fault if sys.argv[2:] else __doc__) or 2)
