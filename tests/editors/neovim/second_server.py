"""A second language server for the tests: it answers hover and definition, the
way pyright would beside ours. `second_server.py utf-8` picks that encoding where
the client offers it, and otherwise what the client lists first."""

import json
import sys


def read(stream):
    length = 0
    while True:
        line = stream.readline()
        if not line:
            return None
        line = line.strip()
        if not line:
            break
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return json.loads(stream.read(length))


def send(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    sys.stdout.buffer.flush()


def encoding_of(params, wanted):
    offered = params["capabilities"].get("general", {}).get("positionEncodings", [])
    return wanted if wanted in offered else (offered or ["utf-16"])[0]


def answer(message, wanted):
    method, params = message["method"], message.get("params") or {}
    if method == "initialize":
        return {
            "capabilities": {
                "positionEncoding": encoding_of(params, wanted),
                "textDocumentSync": 1,
                "hoverProvider": True,
                "definitionProvider": True,
            },
            "serverInfo": {"name": "second", "version": "1"},
        }
    if method == "textDocument/hover":
        return {"contents": {"kind": "markdown", "value": "hover of the second server"}}
    if method == "textDocument/definition":
        start = {"line": 0, "character": 0}
        return {"uri": params["textDocument"]["uri"], "range": {"start": start, "end": start}}
    return None


def main():
    wanted = sys.argv[1]
    while (message := read(sys.stdin.buffer)) is not None:
        if message.get("method") == "exit":
            return
        if "method" in message and "id" in message:
            send({"id": message["id"], "result": answer(message, wanted)})


main()
