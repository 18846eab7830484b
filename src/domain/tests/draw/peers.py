"""Reads lines of two hex texts, round file and list; answers a line each: the winners by the stand-alone verifier, a tab,
the winners by the reference; "no" where one refuses. Arguments: the two programs."""
import importlib.util
import sys


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


alone, reference = load("alone", sys.argv[1]), load("reference", sys.argv[2])


def by_alone(round_file, list_file):
    return alone.verify(round_file, list_file).partition("winners: ")[2].replace(" ", "")


def by_reference(round_file, list_file):
    said = dict(line.split("=", 1) for line in round_file.decode("ascii").split("\n") if "=" in line)
    return ",".join(reference.verify(said, list_file))


def answer(verifier, files):
    try:
        return verifier(*files)
    except (ValueError, AssertionError, KeyError, IndexError, ZeroDivisionError):
        return "no"


for line in sys.stdin:
    files = [bytes.fromhex(text) for text in line.split("\t")]
    print(answer(by_alone, files), answer(by_reference, files), sep="\t")
