"""Creates and upgrades the schema of the record: numbered SQL files, applied once, in order."""

from importlib import resources

from ledger.engine import Connection, log_in

LOCK = "SELECT pg_advisory_xact_lock(7310001, 2)"  # one migration at a time


def migrate(url: str) -> tuple[str, ...]:
    """Apply the files that are not yet applied, all or none; answer their names.

    ``url`` must log in as a role that may create schemas and roles.
    """
    applied: list[str] = []
    with log_in(url) as connection:
        connection.execute(LOCK)
        connection.execute("CREATE SCHEMA IF NOT EXISTS outturn_meta")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS outturn_meta.migration"
            " (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        done = {row[0] for row in connection.execute("SELECT name FROM outturn_meta.migration")}
        for name, statements in _files():
            if name not in done:
                connection.execute(statements.encode())
                connection.execute("INSERT INTO outturn_meta.migration (name) VALUES (%s)", (name,))
                applied.append(name)
    return tuple(applied)


def is_current(connection: Connection) -> bool:
    """Whether every migration this version knows has been applied."""
    row = connection.execute("SELECT to_regclass('outturn_meta.migration') IS NOT NULL").fetchone()
    if not row or not row[0]:
        return False
    done = {row[0] for row in connection.execute("SELECT name FROM outturn_meta.migration")}
    return all(name in done for name, _ in _files())


def _files() -> list[tuple[str, str]]:
    folder = resources.files("ledger") / "sql"
    files = [file for file in folder.iterdir() if file.name.endswith(".sql")]
    return [(file.name, file.read_text("utf-8")) for file in sorted(files, key=lambda f: f.name)]
