"""Named datasets: generators, tables that come with scikit-learn, and how a session's part turns into arrays."""
