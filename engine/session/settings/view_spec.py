"""How a session is seen; none of it changes a number."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from twostroke.engine.session.settings.base import Part, Whole

LensName = Literal[
    "strokes", "activation", "gradient", "gain", "change", "carried", "firing", "response", "weights", "masks"
]
GrainName = Literal["term", "neuron", "phase", "layer", "update"]


class ViewSpec(Part):
    """What the picture is about. What is None is left to whoever opens the session."""

    sample: Whole = Field(0, ge=0, le=100_000, title="Pinned sample", description="row of the training part")
    lens: LensName | None = Field(None, title="Lens", description="through which the network is seen")
    grain: GrainName | None = Field(None, title="Steps", description="what one press of an arrow key passes")
    digits: Whole | None = Field(None, ge=2, le=9, title="Digits", description="with which numbers are written")

    @model_serializer(mode="wrap")
    def _without_what_is_left_open(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        told: dict[str, Any] = write(self)
        return {key: value for key, value in told.items() if value is not None}
