"""What officers fill in about imports: a file, a mended row."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from balai.kernel.people.intake.actions import MOST_BYTES, REQUIRED_CELLS
from balai.kernel.people.intake.engine.columns import SYNONYMS, heading_of
from balai.kernel.regions import queries as regions
from balai.kernel.row_security import EVERYWHERE, opened

NEEDED = ("nik", "name", "sex", "birth_date")


class UploadForm(forms.Form):
    """A list of residents, and the village of rows that name none."""

    file = forms.FileField(
        label=_("List of residents (CSV or XLSX)"),
        widget=forms.ClearableFileInput({"accept": ".csv,.txt,.xlsx"}),
    )
    village = forms.ChoiceField(
        label=_("Village of rows that name none"), required=False,
        help_text=_("Leave empty where every row has its own code or name of the village."),
    )  # fmt: skip
    dry_run = forms.BooleanField(
        label=_("Only try"), required=False,
        help_text=_("Judge every row and count what would change; write no resident."),
    )  # fmt: skip

    def __init__(self, *args: Any, city: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        villages = regions.descendants(city.region_code, level="village")
        choice: Any = self.fields["village"]
        choice.choices = [("", "–"), *((each.code, f"{each.name} ({each.code})")
                                       for each in villages if _is_open(each.code))]  # fmt: skip

    def clean_file(self) -> Any:
        """The file, unless it is larger than a list may be."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("Choose a file of at most 512 MB."))
        return file


def _is_open(code: str) -> bool:
    return any(each == EVERYWHERE or f"{code}.".startswith(f"{each}.") for each in opened().regions)


class MendedFileForm(forms.Form):
    """The workbook of rows kept aside, mended."""

    file = forms.FileField(
        label=_("Mended workbook (XLSX)"),
        widget=forms.ClearableFileInput({"accept": ".xlsx,.csv"}),
    )


class MendForm(forms.Form):
    """One row kept aside: a text field for each of its cells, under the heading of files."""

    def __init__(self, *args: Any, cells: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in SYNONYMS:
            if name == "source_row" or not (name in cells or name in REQUIRED_CELLS):
                continue
            self.fields[name] = forms.CharField(
                label=heading_of(name), required=name in NEEDED, max_length=300,
                initial=cells.get(name, ""),
                widget=forms.TextInput({"autocomplete": "off"}),
            )  # fmt: skip
