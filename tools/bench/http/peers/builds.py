"""Builds the C, Go and Crystal peers once per content, and writes nginx's configuration.

Executables are kept in the user's cache folder under the hash of source and compiler command.
Raises `PeerMissing` when the machine has not what a peer needs; the comparison then goes on
without it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).parent
BUILD_SECONDS = 180


class PeerMissing(Exception):
    """A peer cannot be built or run here; the message says why."""


def c_server() -> Path:
    """The minimal epoll server, by gcc where there is one, else by zig."""
    return _c_program("c", SOURCES / "c" / "server.c")


def pipeline_client() -> Path:
    return _c_program("pipeline", SOURCES.parent / "clients" / "pipeline.c")


def _c_program(name: str, source: Path) -> Path:
    flags = ["-O2", "-Wall", "-Wextra"]
    gcc = shutil.which("gcc")
    compiler = [gcc] if gcc else [sys.executable, "-m", "ziglang", "cc"]
    return _built(name, source, lambda output: [*compiler, *flags, "-o", str(output), str(source)])


def go_server() -> Path:
    go = shutil.which("go")
    if go is None:
        raise PeerMissing("no `go` on the PATH (Debian: apt-get install golang)")
    source = SOURCES / "go" / "main.go"
    return _built("go", source, lambda output: [go, "build", "-o", str(output), str(source)])


def crystal_server() -> Path:
    crystal = shutil.which("crystal")
    if crystal is None:
        raise PeerMissing("no `crystal` on the PATH (Debian: apt-get install crystal)")
    source = SOURCES / "crystal" / "server.cr"
    return _built(
        "crystal",
        source,
        lambda output: [crystal, "build", "--release", "-o", str(output), str(source)],
    )


NYASH_PROGRAMS = {
    "library": SOURCES / "nyash" / "library.nyash",
    "example": SOURCES.parents[3] / "examples" / "http_server.nyash",
}
"""Servers in Nyash: by the library's HTTPServer, and on SocketBox by the program itself."""


def nyash_server(name: str, folder: Path) -> Path:
    """Built anew each time, for it is what the compiler makes that is measured."""
    output = folder / f"{name}.exe"
    command = [sys.executable, "-m", "nyash", "build", str(NYASH_PROGRAMS[name]), "-o", str(output)]
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PeerMissing(f"{name} does not build: {error}") from error
    if result.returncode != 0:
        raise PeerMissing(f"{name} does not build:\n{result.stderr.strip()}")
    return output


def _built(name: str, source: Path, command) -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nyash-bench"
    cache.mkdir(parents=True, exist_ok=True)
    key = hashlib.sha256(source.read_bytes() + repr(command(Path("OUT"))).encode()).hexdigest()
    output = cache / f"{name}-{key[:16]}"
    if output.exists():
        return output
    unfinished = cache / f"{output.name}.{os.getpid()}"
    environment = {**os.environ, "GO111MODULE": "off", "GOFLAGS": "", "CGO_ENABLED": "0"}
    try:
        result = subprocess.run(
            command(unfinished),
            capture_output=True,
            text=True,
            timeout=BUILD_SECONDS,
            env=environment,
            cwd=cache,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PeerMissing(f"the {name} peer does not build: {error}") from error
    if result.returncode != 0:
        raise PeerMissing(f"the {name} peer does not build:\n{result.stderr.strip()}")
    unfinished.replace(output)
    return output


NGINX_CONFIGURATION = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr error;
{user}
worker_rlimit_nofile 65536;
events {{ worker_connections 32768; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 300s;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    default_type application/json;
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        location = / {{ default_type text/plain; return 200 "Hello, World!\\n"; }}
        location /static/ {{ root {folder}/..; sendfile on; open_file_cache max=100; }}
        location = /api/status {{
            return 200 '{{"status":"running","uptime":$msec,"requests":$connection_requests,\
"connections":$connections_active}}';
        }}
        location ~ ^/api/users/(?<id>[^/]+)$ {{
            return 200 '{{"id":"$id","name":"User $id"}}';
        }}
    }}
}}
"""


def nginx() -> str:
    """Debian keeps it where only root looks."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise PeerMissing("no `nginx` on the PATH (Debian: apt-get install nginx)")
    return found


def nginx_command(port: int, folder: Path) -> list[str]:
    """nginx in the foreground with one worker; everything it writes goes into `folder`."""
    user = "user root;" if os.geteuid() == 0 else ""
    configuration = folder / "nginx.conf"
    configuration.write_text(
        NGINX_CONFIGURATION.format(folder=folder, port=port, user=user), encoding="utf-8"
    )
    return [nginx(), "-e", "stderr", "-p", str(folder), "-c", str(configuration)]
