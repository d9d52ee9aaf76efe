"""BSrE, the national signing service, by the first HTTP interface of its eSign Client Service.

`POST {address}/api/sign/pdf` (multipart/form-data; basic authentication): `file`, `nik`,
`passphrase`, `tampilan` (`visible` with `page`, `xAxis`, `yAxis`, `width`, `height`, `image`,
`imageTTD`; or `invisible`), `reason`, `location`. It answers 200 with the signed PDF and an
`id_dokumen` header, or JSON with `error` and `status_code`.

Written after public client code of cities that use it; BSrE's own guide was not read, and no call
was made to its service. Its second interface (`/api/v2/sign/pdf`, JSON) is not spoken here.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from django.utils.translation import gettext as _

from balai.kernel.documents.signers.base import (
    Asked,
    Passphrase,
    Picture,
    Secret,
    Signed,
    SignerError,
)

PATH = "/api/sign/pdf"
CONNECT_SECONDS, ANSWER_SECONDS = 5, 45
MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Service:
    """The city's eSign Client server and the account it gave Balai."""

    address: str
    username: str
    password: str
    connect_seconds: float = CONNECT_SECONDS
    answer_seconds: float = ANSWER_SECONDS


class BsreSigner:
    """Signs in the name of a NIK; the passphrase goes to the service and is kept nowhere."""

    method = "bsre"
    needs: Secret = "passphrase"
    draws: Picture = "png"

    def __init__(self, service: Service, nik: str) -> None:
        self.service = service
        self.nik = nik

    def sign(self, pdf: bytes, asked: Asked, secret: Passphrase) -> Signed:
        """The signed PDF; SignerError in words for whatever the service answers."""
        if not secret:
            raise SignerError(_("The passphrase of the certificate is missing"))
        content = self._asked(pdf, asked, secret)
        if not content.startswith(b"%PDF-") or len(content) <= len(pdf):
            raise SignerError(_("BSrE answered with something that is no signed PDF"), again=True)
        if content[: len(pdf)] != pdf and not asked.first:
            raise SignerError(_("BSrE rewrote the document; the signatures before would be lost"))
        return Signed(content)

    def _asked(self, pdf: bytes, asked: Asked, secret: Passphrase) -> bytes:
        import requests

        service = self.service
        try:
            answer = requests.post(
                service.address.rstrip("/") + PATH,
                data={**self._words(asked), "nik": self.nik, "passphrase": secret.value},
                files=_files(pdf, asked),
                auth=(service.username, service.password),
                timeout=(service.connect_seconds, service.answer_seconds),
                allow_redirects=False,
            )
        except requests.Timeout as error:
            raise SignerError(_("BSrE did not answer in time"), again=True,
                              detail=_("Nothing was signed. Try again in a while.")
                              ) from error  # fmt: skip
        except requests.RequestException as error:
            # The text of a library's error may repeat the request: it is not passed on.
            raise SignerError(_("BSrE cannot be reached"), again=True,
                              detail=_("Check the address and the network of the service.")
                              ) from error  # fmt: skip
        if answer.status_code != 200:
            raise _refusal(answer.status_code, _error(answer.content))
        return answer.content[:MOST_BYTES]

    def _words(self, asked: Asked) -> dict[str, str]:
        words = {"reason": asked.reason, "location": asked.place, "tampilan": "invisible"}
        if asked.box is None:
            return words
        box = asked.box
        return words | {
            "tampilan": "visible", "image": "true", "page": str(box.page + 1),
            "xAxis": str(box.x0), "yAxis": str(box.y0), "width": str(box.x1 - box.x0),
            "height": str(box.y1 - box.y0),
        }  # fmt: skip


def _files(pdf: bytes, asked: Asked) -> dict[str, tuple[str, BytesIO, str]]:
    files = {"file": ("document.pdf", BytesIO(pdf), "application/pdf")}
    if asked.appearance is not None and asked.box is not None:
        files["imageTTD"] = ("box.png", BytesIO(asked.appearance), "image/png")
    return files


def _error(body: bytes) -> str:
    import json

    try:
        found = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(found, dict):
        return ""
    return str(found.get("error") or found.get("message") or "")[:200]


def _refusal(status: int, said: str) -> SignerError:
    """What the service's refusal means for who signs."""
    words = said.lower()
    told = _("BSrE said: %(said)s") % {"said": said} if said else ""
    if status in {401, 403}:
        return SignerError(_("BSrE does not know this installation's account"), detail=told)
    if "passphrase" in words:
        return SignerError(_("The passphrase is wrong"), detail=told)
    if "nik" in words or "user" in words or "sertifikat" in words:
        return SignerError(_("BSrE has no certificate in force for this NIK"), detail=told)
    if status >= 500:
        return SignerError(_("BSrE has a fault of its own"), detail=told, again=True)
    return SignerError(_("BSrE refused to sign"), detail=told or f"HTTP {status}")
