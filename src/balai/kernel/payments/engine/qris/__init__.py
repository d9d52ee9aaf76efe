"""QRIS: the EMVCo merchant-presented QR code as Indonesia uses it. Pure text in and out."""

from balai.kernel.payments.engine.qris.making import Account, Merchant, Tip, make
from balai.kernel.payments.engine.qris.reading import Code, Tag, parse
from balai.kernel.payments.engine.qris.tlv import checksum

__all__ = ["Account", "Code", "Merchant", "Tag", "Tip", "checksum", "make", "parse"]
