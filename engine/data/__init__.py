"""Named datasets: generators, tables that come with scikit-learn, and how a session's part turns into arrays."""

from twostroke.engine.data.dataset import Dataset, load

__all__ = ["Dataset", "load"]
