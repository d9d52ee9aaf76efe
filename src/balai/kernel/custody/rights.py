"""What the application's role may never rewrite here."""

APPEND_ONLY = ("custody_keycheck",)
