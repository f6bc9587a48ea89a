"""Many runs of one session with other values in some places, each from several seeds, and what came of them.

`lineup` says which runs there are, `racing` has them done by a crew - `local`, or the workers of a `cluster` -, and
`kept_rows` keeps what is finished.
"""
