"""The pure core: QR codes, signatures, statements, and what becomes of each rupiah."""
