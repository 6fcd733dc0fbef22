#!/usr/bin/python3
"""A server that lies, for what no free server does: it takes every bind for good, and writes down what it was told.

    liar.py MODE LOG [CERTIFICATE KEY [PORT]]

MODE says what it does about encryption:
    clear    nothing: StartTLS is refused
    pretend  StartTLS is granted, and then everything goes on in the clear
    inject   the same, and the answer to the bind comes at once, before anybody could ask
    tls      TLS from the first octet, with the certificate
    tls1.1   the same in a version that is too old
    between  TLS likewise, and all that is said is passed on to the server at PORT, in TLS again
    refer    nothing; a bind is referred to our other address
Listens on a free port of 127.0.0.1 and of 127.0.0.2, which it prints, until its standard input ends.
"""
import socket
import ssl
import sys
import threading

mode, log_path = sys.argv[1:3]
START_TLS = b"1.3.6.1.4.1.1466.20037"
BIND, BIND_ANSWER, EXTENDED, EXTENDED_ANSWER, REFERRAL = 0x60, 0x61, 0x77, 0x78, 0xA3


def element(tag, *parts):
    body = b"".join(parts)
    return bytes([tag, len(body)]) + body


def answer(number, operation, code, *more):
    """A result without texts (RFC 4511 section 4.1.9)."""
    result = element(operation, bytes([0x0A, 1, code, 0x04, 0, 0x04, 0]), *more)
    return element(0x30, bytes([0x02, 1, number]), result)


def operation_of(message):
    """Its number and kind; our numbers are below 128."""
    start = 2 if message[1] < 128 else 2 + (message[1] & 127)
    return message[start + 2], message[start + 3]


def reply(message):
    """What to send; nothing more to say ends the connection."""
    if message[:1] != b"\x30" or len(message) < 7:
        return answer(2, BIND_ANSWER, 0)
    number, operation = operation_of(message)
    if operation == BIND and mode == "refer":
        elsewhere = b"ldap://127.0.0.2:%d" % port
        return answer(number, BIND_ANSWER, 10, element(REFERRAL, element(0x04, elsewhere)))
    if operation == BIND:
        return answer(number, BIND_ANSWER, 0)
    if operation == EXTENDED and START_TLS in message:
        told = answer(number, EXTENDED_ANSWER, 2 if mode == "clear" else 0)
        return told + (answer(number + 1, BIND_ANSWER, 0) if mode == "inject" else b"")
    return b""


def pass_on(source, target):
    try:
        while message := source.recv(65536):
            target.sendall(message)
        target.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def stand_between(connection):
    believing = ssl._create_unverified_context()
    server = believing.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[5]))))
    threading.Thread(target=pass_on, args=(server, connection), daemon=True).start()
    pass_on(connection, server)


def serve(connection):
    try:
        connection.settimeout(5)
        if context:
            connection = context.wrap_socket(connection, server_side=True)
        if mode == "between":
            stand_between(connection)
        while message := connection.recv(65536):
            with open(log_path, "ab") as log:
                log.write(message)
            told = reply(message)
            if not told:
                break
            connection.sendall(told)
    except OSError:
        pass
    finally:
        connection.close()


def listen(address, port):
    listener = socket.create_server((address, port))
    threading.Thread(target=accept, args=(listener,), daemon=True).start()
    return listener.getsockname()[1]


def accept(listener):
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()


context = None
if mode in ("tls", "tls1.1", "between"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*sys.argv[3:5])
    if mode == "tls1.1":
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
open(log_path, "wb").close()
port = listen("127.0.0.1", 0)
print(listen("127.0.0.2", port), flush=True)
sys.stdin.read()
