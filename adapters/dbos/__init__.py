"""The job core on DBOS Transact: durable, fair between people, cancellable."""

from adapters.dbos.engine import Engine
from adapters.dbos.fitting import WorkerFitting
from adapters.dbos.terms import Limits, Records, Role

__all__ = ["Engine", "Limits", "Records", "Role", "WorkerFitting"]
