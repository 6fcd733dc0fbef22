"""How long after the directory said yes to a change does the gateway answer by it?

    daemon_latency.py COUNT LDAP-URI BIND-DN PASSWORD BINDING-DN MEMBER-DN HTTP-ADDRESS QUESTION

Puts the member into the binding and takes it out again, COUNT changes in all; after each it asks, on one connection,
until the decision has changed.  Prints the median and the longest in milliseconds.
"""
import http.client
import json
import statistics
import sys
import time

import ldap

LIMIT = 10.0  # seconds that one change may take


def decision(connection, question):
    connection.request("POST", "/access/v1/evaluation", question, {"Content-Type": "application/json"})
    return json.load(connection.getresponse())["decision"]


def wait_for(connection, question, wanted):
    began = time.monotonic()
    while decision(connection, question) is not wanted:
        if time.monotonic() - began > LIMIT:
            sys.exit(f"no change after {LIMIT} s")
    return (time.monotonic() - began) * 1000


def main(count, uri, who, password, binding, member, address, question):
    directory = ldap.initialize(uri)
    directory.simple_bind_s(who, password)
    connection = http.client.HTTPConnection(address)
    steps = [(ldap.MOD_ADD, True), (ldap.MOD_DELETE, False)]
    times = []
    for i in range(int(count)):
        step, wanted = steps[i % 2]
        directory.modify_s(binding, [(step, "member", member.encode())])
        times.append(wait_for(connection, question, wanted))
    print(f"{statistics.median(times):.2f} {max(times):.2f}")


main(*sys.argv[1:])
