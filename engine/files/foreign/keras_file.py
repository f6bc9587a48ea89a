"""A `.keras` file: a zip file with the layers of a model as JSON and its weights as HDF5; nothing in it is run.

Keras names the weights of a layer by its class and its place among those of that class, not by its own name.
"""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twostroke.engine.files.beside import MAX_COMPANION
from twostroke.engine.files.disk import MEGABYTE, FileError, opened, said
from twostroke.engine.files.foreign.hdf5 import Hdf5
from twostroke.engine.files.foreign.numbers import Array
from twostroke.engine.files.session_file import json_in
from twostroke.engine.files.zips import DAMAGE, Refused, check_end, check_members, check_size
from twostroke.engine.session.phrases import named, shown

CONFIG, WEIGHTS, SHARDS = "config.json", "model.weights.h5", "model.weights.json"
PART = re.compile(r"[\w./ ()\[\]-]{1,200}")
MAX_MEMBERS = 1_000
MAX_CONFIG = 4 * MEGABYTE
MOST_LAYERS = 1_000


@dataclass(frozen=True, eq=False)
class KerasLayer:
    """One layer as the model's file has it, and the arrays that belong to it, in Keras' order."""

    kind: str  # its class
    name: str
    config: Mapping[str, Any]
    arrays: tuple[Array, ...]

    @property
    def said(self) -> str:
        """What it is called in a sentence."""
        return f"{named(self.kind)} ({shown(self.name)})"


@dataclass(frozen=True, eq=False)
class KerasModel:
    """The layers from input to output."""

    layers: tuple[KerasLayer, ...]
    wide: bool  # whether any number has 64 bit
    compiled: bool  # whether it says how it was trained


def read_keras(path: Path) -> KerasModel:
    """What the file holds. Raises FileError."""
    config, weights = _members(path)
    told = json_in(config, path)
    try:
        return _model(told, Hdf5(weights))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        why = str(error) if type(error) is ValueError else "describes its layers in a way that Keras does not"
        raise FileError(f"{said(path)} {why}.") from error


def _members(path: Path) -> tuple[bytes, bytes]:
    with opened(path, MAX_COMPANION + 2 * MAX_CONFIG) as stream:
        try:
            check_end(stream, "Keras model", MAX_MEMBERS)
            with zipfile.ZipFile(stream) as archive:
                members = archive.infolist()
                check_members(members, PART, "a part of a model", MAX_MEMBERS)
                found = {info.filename: info for info in members}
                if SHARDS in found:
                    raise Refused("its weights are divided into several files; save the model without max_shard_size")
                for name, limit in ((CONFIG, MAX_CONFIG), (WEIGHTS, MAX_COMPANION)):
                    if name not in found:
                        raise Refused(f"it holds no {name}, as Keras 3 writes it")
                    check_size([found[name]], f"its {name} takes", limit)
                return archive.read(found[CONFIG]), archive.read(found[WEIGHTS])
        except Refused as why:
            raise FileError(f"{said(path)} is refused: {why}.") from None
        except FileError:
            raise
        except DAMAGE as error:
            raise FileError(f"{said(path)} is damaged: it is cut short or was changed; save it again.") from error


def _model(told: Mapping[str, Any], weights: Hdf5) -> KerasModel:
    kind = told["class_name"]
    if kind not in ("Sequential", "Functional", "Model"):
        raise ValueError(f"is a model of the class {shown(kind)}; expected Sequential or Functional")
    layers = told["config"]["layers"]
    if len(layers) > MOST_LAYERS:
        raise ValueError(f"has {len(layers):,} layers; expected at most {MOST_LAYERS:,}")
    places = weights.arrays()
    order = list(range(len(layers))) if kind == "Sequential" else _order(told["config"])
    used: dict[str, int] = {}
    found, wide = [], False
    for layer in layers:
        own, own_wide = _arrays(weights, places, _unique(_snake(str(layer["class_name"])), used))
        config = layer["config"]
        name = str(layer.get("name") or config.get("name", ""))
        found.append(KerasLayer(str(layer["class_name"]), name, config, own))
        wide |= own_wide
    return KerasModel(tuple(found[place] for place in order), wide, bool(told.get("compile_config")))


def _snake(name: str) -> str:
    """As Keras makes BatchNormalization to batch_normalization, and PReLU to p_re_lu."""
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _unique(name: str, used: dict[str, int]) -> str:
    used[name] = used.get(name, -1) + 1
    return f"{name}_{used[name]}" if used[name] else name


def _arrays(weights: Hdf5, places: Mapping[str, int], name: str) -> tuple[tuple[Array, ...], bool]:
    """What Keras keeps of one layer: `layers/NAME/vars/0`, `1` and so on."""
    for folder in ("layers", "_layer_checkpoint_dependencies"):
        found = [
            weights.array(places[path], path)
            for number in range(8)
            if (path := f"{folder}/{name}/vars/{number}") in places
        ]
        if found:
            return tuple(array for array, _ in found), any(wide for _, wide in found)
    return (), False


def _order(config: Mapping[str, Any]) -> list[int]:
    """Places of the layers from input to output, where each follows one other. ValueError where they branch."""
    names = [str(layer.get("name") or layer["config"]["name"]) for layer in config["layers"]]
    before = [_sources(layer.get("inbound_nodes", [])) for layer in config["layers"]]
    begin = [place for place, sources in enumerate(before) if not sources]
    if len(begin) != 1 or len(set(names)) != len(names):
        raise ValueError("has several inputs, or layers of one name; expected layers one after the other")
    order = begin
    while len(order) < len(names):
        after = [place for place, sources in enumerate(before) if names[order[-1]] in sources]
        if len(after) != 1 or len(before[after[0]]) != 1 or after[0] in order:
            raise ValueError(f"branches at the layer {shown(names[order[-1]])}; expected layers one after the other")
        order = [*order, after[0]]
    others = [name for name in _sources(config.get("output_layers")) if name != names[order[-1]]]
    if others:
        raise ValueError(f"answers with the layer {shown(others[0])} as well; expected the last one alone")
    return order


def _sources(nodes: Any) -> list[str]:
    """The layers that a layer takes its input from, in the form of Keras 3 and of Keras 2."""
    if isinstance(nodes, Mapping):
        history = nodes.get("keras_history")
        return [str(history[0])] if history else [name for part in nodes.values() for name in _sources(part)]
    if isinstance(nodes, list):
        if len(nodes) in (3, 4) and isinstance(nodes[0], str) and isinstance(nodes[1], int):
            return [nodes[0]]
        return [name for part in nodes for name in _sources(part)]
    return []
