"""Everything that moves money: open accounts, post transfers once, reserve, settle, reverse."""

from balai.kernel.ledger.actions.accounts import open_account, open_accounts
from balai.kernel.ledger.actions.batches import post_batch, post_many
from balai.kernel.ledger.actions.checkpoints import make_checkpoint, resume
from balai.kernel.ledger.actions.exchange import Exchanged, ExchangeOrder, exchange
from balai.kernel.ledger.actions.filing import WORTH_FILING, file_transfers
from balai.kernel.ledger.actions.pendings import expire, reserve, settle, void
from balai.kernel.ledger.actions.posting import Batch, Posted, post, reverse

__all__ = [
    "WORTH_FILING",
    "Batch",
    "ExchangeOrder",
    "Exchanged",
    "Posted",
    "exchange",
    "expire",
    "file_transfers",
    "make_checkpoint",
    "open_account",
    "open_accounts",
    "post",
    "post_batch",
    "post_many",
    "reserve",
    "resume",
    "reverse",
    "settle",
    "void",
]
