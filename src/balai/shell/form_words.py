"""What Django says of wrong input where its own Indonesian is no repair: said in our catalogue."""

from __future__ import annotations

from django.utils.translation import gettext_noop

FORM_WORDS = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Enter a number."),
    gettext_noop("Ensure this value is less than or equal to %(limit_value)s."),
    gettext_noop("Ensure this value is greater than or equal to %(limit_value)s."),
)
"""Django's sentences; the site's catalogue goes before Django's own."""
