"""Running what stands in deck files: checks, outputs, solutions and wrong ones, queries."""

from interviewprep.formats.deck_running.limits import RunLimits
from interviewprep.formats.deck_running.running import Report, run_files, run_findings

__all__ = ["Report", "RunLimits", "run_files", "run_findings"]
