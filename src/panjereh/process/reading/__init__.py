"""From a BPMN 2.0 file to drafts of its processes."""

from panjereh.process.reading.draft import Draft, File
from panjereh.process.reading.reader import Reader
from panjereh.process.reading.xml import BPMN, bare, local

__all__ = ["BPMN", "Draft", "File", "Reader", "bare", "local"]
