"""BPMN, executed as a pure function: load a model once, then move markings."""

from panjereh.process.engine import (
    Decide,
    awaits,
    cancel,
    clock_is_set,
    complete,
    deliver,
    fail_service,
    finish_service,
    fire,
    instance,
    look_again,
    signal,
    start,
)
from panjereh.process.errors import CannotGoOn, ErrorNotCaught, ModelError, ModelErrors, NotWaiting
from panjereh.process.library import decide_only, named, source_of, standard
from panjereh.process.loading import lines, load
from panjereh.process.migrating import Misfit, misfits
from panjereh.process.model import Element, Flow, Kind, On, Process, Trigger
from panjereh.process.soundness import Examination, Weakness, examine
from panjereh.process.stages import Stage, way, where
from panjereh.process.step import ClockSpec, EffectSpec, Marking, Step, TaskSpec

__all__ = [
    "CannotGoOn",
    "ClockSpec",
    "Decide",
    "EffectSpec",
    "Element",
    "ErrorNotCaught",
    "Examination",
    "Flow",
    "Kind",
    "Marking",
    "Misfit",
    "ModelError",
    "ModelErrors",
    "NotWaiting",
    "On",
    "Process",
    "Stage",
    "Step",
    "TaskSpec",
    "Trigger",
    "Weakness",
    "awaits",
    "cancel",
    "clock_is_set",
    "complete",
    "decide_only",
    "deliver",
    "examine",
    "fail_service",
    "finish_service",
    "fire",
    "instance",
    "lines",
    "load",
    "look_again",
    "misfits",
    "named",
    "signal",
    "source_of",
    "standard",
    "start",
    "way",
    "where",
]
