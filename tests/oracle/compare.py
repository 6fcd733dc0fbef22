#!/usr/bin/env python3
"""Asks a program and this evaluator the same random questions, and shows the smallest directory where they differ.

    compare.py --program PATH [--directories N] [--requests M] [--seed S] [--jobs J]

The program is started as `PATH LDIFFILE`.  It reads one line {"options": {...}}, then one AuthZEN evaluation request
a line, and writes for each a line {"outcome", "reason", "obligations"}.
"""
import argparse
import copy
import json
import multiprocessing
import random
import subprocess
import sys
import tempfile
from decimal import Decimal

import entries
import evaluate
import generate
import ldif
import model
import questions

TIMEOUT = 120


def oracle_answers(text, options, lines):
    directory = model.Directory(text, options)
    return [evaluate.decide(directory, json.loads(line, parse_float=Decimal, parse_int=Decimal)) for line in lines]


def program_answers(program, text, options, lines):
    """One answer a request; where the program gave none, an outcome that says so."""
    asked = "\n".join([json.dumps({"options": options})] + lines) + "\n"
    with tempfile.NamedTemporaryFile("w", suffix=".ldif", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        try:
            done = subprocess.run([program, file.name], input=asked.encode(), capture_output=True, timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            return [{"outcome": "no answer in time"} for _ in lines]
    answers = [read_answer(line) for line in done.stdout.decode("utf-8", "replace").splitlines()]
    end = {"outcome": "no answer", "status": done.returncode, "stderr": done.stderr.decode("utf-8", "replace")[-2000:]}
    return (answers + [end] * len(lines))[:len(lines)]


def read_answer(line):
    try:
        return json.loads(line)
    except ValueError:
        return {"outcome": "no JSON", "line": line}


def essence(answer):
    """What must be equal: a malformed request has no reason code."""
    if answer.get("outcome") == "malformed":
        return ("malformed",)
    return answer.get("outcome"), answer.get("reason"), tuple(answer.get("obligations") or ())


class Difference:
    def __init__(self, seed, options, line, text, mine, theirs):
        self.seed, self.options, self.line, self.text = seed, options, line, text
        self.mine, self.theirs = mine, theirs

    @property
    def kind(self):
        return self.mine.get("outcome"), self.mine.get("reason"), self.theirs.get("outcome"), self.theirs.get("reason")

    def show(self):
        print("--- seed %s\nrequest: %s\noptions: %s\noracle:  %s\nprogram: %s\n%s" % (
            self.seed, self.line, json.dumps(self.options), json.dumps(self.mine), json.dumps(self.theirs), self.text))


def one_directory(work):
    """(number of equal answers, [Difference])."""
    program, seed, count = work
    text = generate.directory_text(seed)
    options = generate.options_random(random.Random(-seed))
    lines = questions.questions(text, seed, count, options)
    mine, theirs = oracle_answers(text, options, lines), program_answers(program, text, options, lines)
    found = [Difference(seed, options, line, text, left, right)
             for line, left, right in zip(lines, mine, theirs) if essence(left) != essence(right)]
    return len(lines) - len(found), found


class Minimizer:
    """Drops entries, then values, then what the request carries, while the same difference stays."""

    def __init__(self, program, difference):
        self.program, self.difference = program, difference
        self.records = ldif.records_read(difference.text)
        self.body = json.loads(difference.line)

    def stays(self, records, body):
        text, line, options = ldif.records_text(records), json.dumps(body), self.difference.options
        try:
            mine = oracle_answers(text, options, [line])[0]
        except entries.SourceError:
            return False
        if essence(mine) != essence(self.difference.mine):
            return False
        theirs = program_answers(self.program, text, options, [line])[0]
        return essence(theirs) == essence(self.difference.theirs)

    def run(self):
        size = len(self.records)
        while size:
            self.records = self.drop(self.records, size)
            size //= 2
        for at in range(len(self.records)):
            dn, pairs = self.records[at]
            self.records[at] = (dn, self.drop_values(at, dn, pairs))
        for path in (("context",), ("subject", "properties"), ("action", "properties"), ("resource", "properties")):
            self.drop_members(path)
        self.difference.text = ldif.records_text(self.records)
        self.difference.line = json.dumps(self.body, ensure_ascii=False)

    def drop(self, things, size):
        at = 0
        while at < len(things):
            fewer = things[:at] + things[at + size:]
            if self.stays(fewer, self.body):
                things = fewer
            else:
                at += size
        return things

    def drop_values(self, where, dn, pairs):
        for pair in list(pairs):
            fewer = [other for other in pairs if other is not pair]
            if self.stays(self.records[:where] + [(dn, fewer)] + self.records[where + 1:], self.body):
                pairs = fewer
        return pairs

    def drop_members(self, path):
        for name in list(self.members(self.body, path)):
            fewer = copy.deepcopy(self.body)
            del self.members(fewer, path)[name]
            if name != "dirgate" and self.stays(self.records, fewer):
                self.body = fewer

    @staticmethod
    def members(body, path):
        for name in path:
            body = body.get(name) if isinstance(body, dict) else None
        return body if isinstance(body, dict) else {}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--directories", type=int, default=100)
    parser.add_argument("--requests", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--show", type=int, default=5, help="differences to minimise and print, each of another kind")
    arguments = parser.parse_args()
    works = [(arguments.program, seed, arguments.requests)
             for seed in range(arguments.seed, arguments.seed + arguments.directories)]
    passed, found = 0, []
    with multiprocessing.Pool(arguments.jobs) as pool:
        for equal, differences in pool.imap(one_directory, works):
            passed += equal
            found += differences
    for difference in {each.kind: each for each in reversed(found)}.values() if arguments.show else ():
        if arguments.show > 0:
            Minimizer(arguments.program, difference).run()
            difference.show()
            arguments.show -= 1
    print("%d passed, %d failed" % (passed, len(found)))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
