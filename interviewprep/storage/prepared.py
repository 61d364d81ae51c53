"""Statements of the hot paths: compiled once by SQLAlchemy, run on the driver's own cursor.

SQLAlchemy decides what the SQL is and how each value goes in and comes out; what is left out is
its work per execution, which costs several times what SQLite needs for a look-up.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement

Parameters = Mapping[str, Any]
Process = Callable[[Any], Any]


class Prepared:
    """One statement for both dialects.

    `columns` names the parameters of an INSERT or the SET of an UPDATE; an INSERT has to give all
    columns that have a default in Python. Rows are named tuples. Errors of the driver are raised as
    SQLAlchemy would raise them. The statement runs in the connection's transaction; one is begun
    where none is.
    """

    def __init__(self, statement: ClauseElement, *, columns: Iterable[str] | None = None) -> None:
        self._statement = statement
        self._columns = None if columns is None else list(columns)
        self._forms: dict[str, _Form] = {}

    def rows(self, connection: Connection, parameters: Parameters) -> list[Any]:
        form = self._form(connection.dialect)
        cursor = _execute(connection, form.sql, form.bind(parameters))
        return form.rows(cursor.fetchall())

    def first(self, connection: Connection, parameters: Parameters) -> Any | None:
        """Return the only row there can be, or None."""
        form = self._form(connection.dialect)
        raw = _execute(connection, form.sql, form.bind(parameters)).fetchone()
        return None if raw is None else form.rows([raw])[0]

    def run(self, connection: Connection, parameters: Parameters) -> int:
        """Execute a statement that writes, and return how many rows it touched."""
        form = self._form(connection.dialect)
        return int(_execute(connection, form.sql, form.bind(parameters)).rowcount)

    def _form(self, dialect: Dialect) -> _Form:
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _Form(self._statement, self._columns, dialect)
        return form


class _Form:
    """A statement as one dialect says it: its text, and how values go in and come out."""

    __slots__ = ("_binds", "_is_positional", "_make", "_outs", "sql")

    def __init__(
        self, statement: ClauseElement, columns: list[str] | None, dialect: Dialect
    ) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        self.sql = str(compiled)
        self._is_positional = bool(compiled.positional)
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        bound = compiled.positiontup if compiled.positional else binds
        self._binds = [_bind(name, binds[name], dialect) for name in bound]
        selected = getattr(statement, "selected_columns", ())
        outs = [_way_out(column.type, dialect) for column in selected]
        names = list(getattr(selected, "keys", tuple)())
        named: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
        self._make: Callable[[Iterable[Any]], Any] = partial(tuple.__new__, named)
        self._outs = [(place, out) for place, out in enumerate(outs) if out is not None]

    def bind(self, given: Parameters) -> Any:
        if self._is_positional:
            return [
                constant if name is None else (given[name] if into is None else into(given[name]))
                for _, name, into, constant in self._binds
            ]
        return {
            bound: constant
            if name is None
            else (given[name] if into is None else into(given[name]))
            for bound, name, into, constant in self._binds
        }

    def rows(self, raw: Sequence[Sequence[Any]]) -> list[Any]:
        """Return named rows; values are converted column by column."""
        if not self._outs or not raw:
            return [*map(self._make, raw)]
        columns: list[Iterable[Any]] = list(zip(*raw, strict=True))
        for place, out in self._outs:
            columns[place] = map(out, columns[place])
        return [*map(self._make, zip(*columns, strict=True))]


def _bind(bound: str, bind: Any, dialect: Dialect) -> tuple[str, str | None, Process | None, Any]:
    """Return the name in the text, then the parameter's name, or None and the constant."""
    into = bind.type.dialect_impl(dialect).bind_processor(dialect)
    if bind.required:
        return bound, bind.key, into, None
    value = bind.effective_value
    return bound, None, None, value if into is None else into(value)


def _way_out(type_: Any, dialect: Dialect) -> Process | None:
    found: Process | None = type_.dialect_impl(dialect).result_processor(dialect, None)
    return found


def _execute(connection: Connection, sql: str, parameters: Any) -> Any:
    if not connection.in_transaction():
        connection.begin()
    return execute_raw(connection, sql, parameters)


def execute_raw(connection: Connection, sql: str, parameters: Any = ()) -> Any:
    """Run SQL on the driver's connection as it is, and return its cursor."""
    driver = connection.connection.driver_connection
    assert driver is not None
    dialect = connection.dialect
    failures: Any = dialect.loaded_dbapi.Error
    try:
        return driver.execute(sql, parameters)
    except failures as error:
        if dialect.is_disconnect(error, driver, None):
            connection.invalidate(error)
        raise DBAPIError.instance(
            sql,
            parameters,
            error,
            failures,
            hide_parameters=connection.engine.hide_parameters,
            dialect=dialect,
        ) from error
