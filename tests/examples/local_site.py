"""Web sites of a test's own, on 127.0.0.1 and a free port."""

import http.server
import threading


class LocalSite:
    """Serves what `answer(target, request)` gives: a body, or (status, body, headers).

    Until close(), in threads of its own. `requests` are the targets that were asked for.
    """

    def __init__(self, answer):
        site = self
        self.requests = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.requests.append(self.path)
                given = answer(self.path, self)
                if given is None:
                    given = (404, b"", {})
                status, body, headers = given if isinstance(given, tuple) else (200, given, {})
                if isinstance(body, str):
                    body = body.encode()
                self.send_response(status)
                headers = {"Content-Type": "text/html; charset=utf-8"} | headers
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD" and status != 304:
                    self.wfile.write(body)

            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.do_GET()

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
