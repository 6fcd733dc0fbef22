"""Changes the truth in a directory, asks the gateway all the time, and judges every answer.

    witness.py MAX_STALENESS WORKSPACE LDAP-URI BIND-DN PASSWORD HTTP-ADDRESS PEOPLE HOLDER...

PEOPLE is a pattern such as uid=w%d,ou=people,o=acme, for as many people as two limits of staleness have tenths of a
second.  A HOLDER is a binding or a group; person N is put into it, or taken out, by turns: into the first holder for
even N, the second for odd N.  Each change has a time before which it was not sent, and one at which it was acknowledged.

An answer is judged by what may have been true between the limit of staleness before its question was sent and its arrival:

  wrong    an allow that was true at no such instant, or older than what was shown before
  late     the same of a deny
  served   an answer at all, although the server had been out of reach for longer than the limit
  age      /readyz says that the index is younger than it can be: a change had been acknowledged by then that the
           next decision does not know of, or the server had been out of reach by then
  broken   no answer within five seconds, or one that is neither a decision nor 503

Commands come from standard input, each is answered by one line: those of class Commands below.
"""
import contextlib
import http.client
import json
import sys
import threading
import time

import ldap

SLACK = 0.05         # seconds between an instant in here and the same one in the gateway
ROUNDING = 0.005     # the age is told in milliseconds
CHANGE_EVERY = 0.1
KEPT = 60.0          # how long a change is remembered, longer than any limit of staleness
ANSWER_LIMIT = 5.0
SHOWN_FAULTS = 5     # of each kind, in full

now = time.monotonic


class Change:
    """What became true of one person, between which two instants.  Until it is acknowledged nobody knows whether it did."""

    def __init__(self, value, acknowledged=None):
        self.value, self.sent, self.acknowledged = value, now(), acknowledged


class Person:
    """The history of one membership; True, False, or None when it is not known."""

    def __init__(self, number):
        self.number = number
        self.changes = [Change(None, now())]
        self.shown = []  # (when it was learnt, the first change that the gateway knew of by then)

    def end_of(self, index):
        """Until when the change may have been the last one."""
        later = (change.acknowledged for change in self.changes[index + 1:] if change.acknowledged)
        return next(later, float("inf"))

    def explains(self, value, since, until):
        """The changes that may have been the last one at some instant between the two, and have the value."""
        return [i for i, change in enumerate(self.changes)
                if change.value in (value, None) and change.sent <= until and self.end_of(i) >= since]

    def floor(self, asked):
        return next((change for learnt, change in reversed(self.shown) if learnt <= asked), None)

    def begin(self, value):
        """From now on it may be so."""
        self.changes.append(Change(value))
        while self.end_of(0) < now() - KEPT:
            del self.changes[0]
        del self.shown[:-100]

    def done(self):
        self.changes[-1].acknowledged = now()

    def not_done(self):
        del self.changes[-1]

    def fits(self, value):
        """Whether it may be the truth now."""
        return not self.changes[-1].acknowledged or self.changes[-1].value in (value, None)


class Judge:
    """What is known of the truth, and what was found of the answers."""

    def __init__(self, limit, count):
        self.limit = limit
        self.lock = threading.Lock()
        self.people = [Person(number) for number in range(count)]
        self.unreachable = None  # since when
        self.blind = False       # the gateway may not see all that is true: it may deny, and cannot know how old it is
        self.age = None          # (when it was asked, when it was answered, the age) at last
        self.counts = dict.fromkeys("asked allowed denied unable changes ages wrong late served age broken".split(), 0)
        self.oldest = 0.0        # how long an allow was given after it was revoked

    def found(self, fault, text):
        self.counts[fault] += 1
        if self.counts[fault] <= SHOWN_FAULTS:
            print(f"# {fault}: {text}", file=sys.stderr, flush=True)

    def unable(self):
        with self.lock:
            self.counts["unable"] += 1

    def decided(self, number, value, asked, answered):
        with self.lock:
            self.counts["asked"] += 1
            self.counts["allowed" if value else "denied"] += 1
            if self.unreachable and asked > self.unreachable + self.limit + SLACK:
                self.found("served", f"w{number} {value}, {asked - self.unreachable:.3f} s after the server went away")
            if value or not self.blind:
                self.judge(self.people[number], value, asked, answered)

    def judge(self, person, value, asked, answered):
        fault = "wrong" if value else "late"
        fitting = person.explains(value, asked - self.limit - SLACK, answered)
        if not fitting:
            return self.found(fault, f"w{person.number} {value}, untrue since {self.since(person, value, asked)}")
        floor = person.floor(asked)
        if floor in person.changes:
            fitting = [i for i in fitting if i >= person.changes.index(floor)]
            if not fitting:
                return self.found(fault, f"w{person.number} {value}, although the change after it was shown before")
        end = max(person.end_of(i) for i in fitting)
        if value:
            self.oldest = max(self.oldest, asked - end)
        person.shown.append((answered, person.changes[fitting[0]]))
        return None if self.blind else self.judge_age(person, asked, end)

    def since(self, person, value, asked):
        ends = [person.end_of(i) for i, change in enumerate(person.changes) if change.value in (value, None)]
        return f"{asked - max(ends):.3f} s" if ends and asked > max(ends) else "ever"

    def judge_age(self, person, asked, end):
        """The change that was acknowledged at the end is not known now, so it was not known when the age was told."""
        if self.age and self.age[1] <= asked and self.age[0] - self.age[2] > end + ROUNDING:
            self.found("age", f"{self.age[2]:.3f} s were told, w{person.number} was {self.age[0] - end:.3f} s old")

    def told_age(self, age, asked, answered):
        with self.lock:
            self.counts["ages"] += 1
            self.age = (asked, answered, age)
            if self.unreachable and age < asked - self.unreachable - ROUNDING:
                self.found("age", f"{age:.3f} s were told, the server went away {asked - self.unreachable:.3f} s ago")

    def broke(self, error):
        with self.lock:
            self.found("broken", repr(error))

    def fits_now(self, values):
        """Whether the values are the truth, of those of whom it is known."""
        with self.lock:
            return all(person.fits(value) for person, value in zip(self.people, values))


class Writer(threading.Thread):
    """Changes one membership after the other, as far as the directory lets it."""

    def __init__(self, judge, uri, who, password, people, holders):
        super().__init__(daemon=True)
        self.judge, self.uri, self.who, self.password = judge, uri, who, password
        self.people, self.holders = people, holders
        self.writes = threading.Lock()  # held during a change, and by who wants none
        self.directory = None
        self.values = [False] * len(judge.people)

    def connect(self):
        directory = ldap.initialize(self.uri)
        directory.network_timeout = directory.timeout = 1
        directory.simple_bind_s(self.who, self.password)
        self.directory = directory

    def send(self, number, value):
        """True: it is so now.  False: it is as it was.  None: nobody knows."""
        step = ldap.MOD_ADD if value else ldap.MOD_DELETE
        try:
            if not self.directory:
                self.connect()
        except ldap.LDAPError:
            return False
        try:
            self.directory.modify_s(self.holders[number % len(self.holders)], [(step, "member", (self.people % number).encode())])
        except (ldap.TYPE_OR_VALUE_EXISTS, ldap.NO_SUCH_ATTRIBUTE):
            return True
        except (ldap.NO_SUCH_OBJECT, ldap.OTHER):  # OTHER: its disk is full
            return False
        except ldap.LDAPError:
            self.directory = None
            return None
        return True

    def change(self, number, value):
        """Told of before it is sent, as its effect may be seen before its acknowledgement."""
        person = self.judge.people[number]
        with self.judge.lock:
            person.begin(value)
        done = self.send(number, value)
        with self.judge.lock:
            if done:
                self.values[number] = value
                self.judge.counts["changes"] += 1
                person.done()
            elif done is False:
                person.not_done()
        return done

    def run(self):
        number = 0
        while True:
            with self.writes:
                self.change(number, not self.values[number])
            number = (number + 1) % len(self.values)
            time.sleep(CHANGE_EVERY)


class Caller(threading.Thread):
    """Asks over one connection, as often as its pause allows."""

    def __init__(self, judge, address, workspace, pause):
        super().__init__(daemon=True)
        self.judge, self.address, self.workspace, self.pause = judge, address, workspace, pause
        self.connection = None
        self.answered = {}  # by status: when last

    def request(self, method, path, body=None):
        """The status, the JSON, when it was asked and when it was answered."""
        if not self.connection:
            self.connection = http.client.HTTPConnection(self.address, timeout=ANSWER_LIMIT)
        asked = now()
        try:
            self.connection.request(method, path, body and json.dumps(body), {"Content-Type": "application/json"})
            response = self.connection.getresponse()
            answer = json.load(response)
        except (OSError, ValueError, http.client.HTTPException) as error:
            self.connection = None
            self.judge.broke(error)
            time.sleep(0.1)
            return None, None, asked, now()
        self.answered[response.status] = asked
        return response.status, answer, asked, now()

    def question(self, number):
        return {"subject": {"type": "user", "id": f"w{number}"}}

    def common(self):
        return {"action": {"name": "docs.read"}, "resource": {"type": "workspace", "id": self.workspace}}

    def run(self):
        while True:
            self.ask()
            time.sleep(self.pause)


class SingleCaller(Caller):
    number = 0

    def ask(self):
        self.number = (self.number + 1) % len(self.judge.people)
        body = {**self.question(self.number), **self.common()}
        status, answer, asked, answered = self.request("POST", "/access/v1/evaluation", body)
        if status == 200:
            self.judge.decided(self.number, answer["decision"], asked, answered)
        elif status == 503:
            self.judge.unable()
        elif status:
            self.judge.broke(status)


class BatchCaller(Caller):
    def ask(self):
        numbers = range(len(self.judge.people))
        body = {**self.common(), "evaluations": [self.question(number) for number in numbers]}
        status, answer, asked, answered = self.request("POST", "/access/v1/evaluations", body)
        if status == 200:
            for number, one in zip(numbers, answer["evaluations"], strict=True):
                self.judge.decided(number, one["decision"], asked, answered)
            self.last = [one["decision"] for one in answer["evaluations"]]
        elif status == 503:
            self.judge.unable()
        elif status:
            self.judge.broke(status)

    last = None


class AgeCaller(Caller):
    def ask(self):
        status, answer, asked, answered = self.request("GET", "/readyz")
        source = answer and answer["sources"][0]
        if source and source["loaded"]:
            self.judge.told_age(source["age_ms"] / 1000, asked, answered)


class Commands:
    """What a script may say."""

    def __init__(self, judge, writer, callers):
        self.judge, self.writer, self.callers = judge, writer, callers
        self.batches = callers[1]
        self.paused = False

    def unreachable(self):
        """From now on nothing can reach the server."""
        with self.judge.lock:
            self.judge.unreachable = now()

    def reachable(self):
        """From now on something may, at any instant."""
        with self.judge.lock:
            self.judge.unreachable = None

    def blind(self):
        """From now on the gateway has no right to know the truth: it may deny, but not allow what was revoked."""
        with self.judge.lock:
            self.judge.blind = True

    def sighted(self):
        with self.judge.lock:
            self.judge.blind = False

    def pause(self):
        """Write nothing."""
        if not self.paused:
            self.writer.writes.acquire()
            self.paused = True

    def resume(self):
        """Write again."""
        if self.paused:
            self.paused = False
            self.writer.writes.release()

    def begin(self):
        """Somebody else is about to change the truth; nothing is written meanwhile."""
        self.pause()
        with self.judge.lock:
            for person in self.judge.people:
                person.begin(None)

    def become(self, what):
        """It was changed: nobody is a member now, or members are who is in the holders (written), or in the first one
        (direct), or it is not known who is (unknown) until it is written anew."""
        truth = {"nobody": lambda number: False, "unknown": lambda number: None,
                 "written": lambda number: self.writer.values[number],
                 "direct": lambda number: number % len(self.writer.holders) == 0 and self.writer.values[number]}[what]
        with self.judge.lock:
            for person in self.judge.people:
                person.changes[-1].value = truth(person.number)
                person.done()
                if what == "unknown":
                    person.shown.clear()

    def directory(self, uri):
        """Write to another server; said between pause and resume."""
        self.writer.uri, self.writer.directory = uri, None

    def holder(self, index, dn):
        """The holder has another name now."""
        self.writer.holders[int(index)] = dn

    def wait(self, what, seconds):
        """Until everything is answered with 503 (stale), questions are decided by what is true (right), or twenty more
        changes were made (busy)."""
        deadline, begun = now() + float(seconds), now()
        self.wanted = self.judge.counts["changes"] + 20
        while now() < deadline:
            if getattr(self, f"is_{what}")(begun):
                return f"ok after {now() - begun:.1f} s"
            time.sleep(0.02)
        return f"not {what} within {seconds} s: {self.judge.counts}"

    def is_stale(self, begun):
        return all(caller.answered.get(503, 0) > max(begun, caller.answered.get(200, 0)) for caller in self.callers[:2])

    def is_busy(self, begun):
        return self.judge.counts["changes"] >= self.wanted

    def is_right(self, begun):
        """With the writer held, an answer to a later question that has it all."""
        with contextlib.nullcontext() if self.paused else self.writer.writes:
            asked, deadline = now(), now() + 0.3
            while now() < deadline:
                if self.batches.answered.get(200, 0) > asked and self.judge.fits_now(self.batches.last):
                    return True
                time.sleep(0.01)
        return False

    def count(self, what):
        return str(self.judge.counts[what])

    def report(self):
        counts = " ".join(f"{name}={count}" for name, count in self.judge.counts.items())
        return f"{counts} oldest={self.judge.oldest * 1000:.0f}ms"


def main(limit, workspace, uri, who, password, address, people, *holders):
    judge = Judge(float(limit), int(2 * float(limit) / CHANGE_EVERY))
    writer = Writer(judge, uri, who, password, people, list(holders))
    for number in range(len(judge.people)):  # as it is found: nobody is a member
        if not writer.change(number, number % 3 == 0):
            sys.exit("witness: the directory takes no change")
    callers = [SingleCaller(judge, address, workspace, 0.003), BatchCaller(judge, address, workspace, 0.02),
               AgeCaller(judge, address, workspace, 0.03)]
    for thread in (writer, *callers):
        thread.start()
    commands = Commands(judge, writer, callers)
    for line in sys.stdin:
        name, *words = line.split()
        print(getattr(commands, name)(*words) or "ok", flush=True)


main(*sys.argv[1:])
