"""Which samples make a mini-batch, and which outputs are dropped: the session's own random numbers, in plain Python.

They depend on seeds, epoch and update alone; see `compute/kernels/chance.py`.
"""

from collections.abc import Iterator

from twostroke.engine.compute.kernels.plan import LANES
from twostroke.gui.export.model_files.program.case import Case
from twostroke.gui.export.model_files.program.text import Section

MIX = """
SEED = {seed}  # from the session's two: (weight seed shifted by 32 bits) XOR data seed
BITS = 2**64 - 1  # to keep 64 bits of a number: Python's own have no end

def mix(value):
    \"\"\"SplitMix64: a well-mixed number of 64 bits from any other (Steele, Lea and Flood 2014).\"\"\"
    value = (value + 0x9E3779B97F4A7C15) & BITS
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & BITS
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & BITS
    return value ^ (value >> 31)
"""

SHUFFLED = """
def order_of(epoch):
    \"\"\"The samples in a new order each epoch: a Fisher-Yates shuffle.\"\"\"
    order = np.arange(len(x_train))
    key = mix(SEED ^ mix(epoch))
    for i in range(len(order) - 1, 0, -1):
        key = mix(key)
        j = key % (i + 1)
        order[i], order[j] = order[j], order[i]
    return order
"""

IN_ORDER = """
def order_of(epoch):
    \"\"\"The samples as they lie: the session does not shuffle.\"\"\"
    return np.arange(len(x_train))
"""

BATCHES = """
def mini_batches():
    \"\"\"The rows of one mini-batch after the other; the last of an epoch may be smaller.\"\"\"
    for epoch in itertools.count({epoch}):
        order = order_of(epoch)
        for begin in range({first}, len(order), BATCH_SIZE):
            yield order[begin : begin + BATCH_SIZE]
"""

DROPOUT = """
def dropout_mask(update, layer, share, samples, units):
    \"\"\"0 for the share of the outputs that is dropped, and 1 / (1 - share) for the others: the mean stays.

    Numbers are drawn for {lanes} samples at a time, whether there are so many or not.
    \"\"\"
    lanes = -(-samples // {lanes}) * {lanes}
    key = mix((mix(mix(SEED ^ 0xD1B54A32D192ED03) ^ mix(update)) + layer) & BITS)
    drawn = mix(np.arange(units * lanes, dtype=np.uint64) + np.uint64(key)) >> np.uint64(11)
    mask = np.where(drawn < np.uint64(share * 2**53), 0, 1 / (1 - share))
    return mask.reshape(units, lanes)[:, :samples].T.astype(DTYPE)
"""


def order_section(case: Case) -> Section:
    """How mini-batches are taken; and dropout's masks."""
    return Section("Mini-batches" + (" and dropout" if case.dropout else ""), tuple(_lines(case)))


def _lines(case: Case) -> Iterator[str]:
    shuffle = case.training.shuffle
    _, epoch, position, _ = case.clock
    yield f"BATCH_SIZE = {case.training.batch_size}"
    if shuffle or case.dropout:
        yield from MIX.strip().format(seed=case.seed).splitlines()
    yield from (SHUFFLED if shuffle else IN_ORDER).strip().splitlines()
    first = f"{position} if epoch == {epoch} else 0" if position else "0"
    yield from BATCHES.strip().format(epoch=epoch or "", first=first).splitlines()
    if case.dropout:
        yield from DROPOUT.strip().format(lanes=LANES).splitlines()
