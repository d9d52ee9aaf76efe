"""The documents' addresses in a city."""

from django.urls import path

from balai.kernel.documents.views import documents, issuing, mine, numbering, signing

app_name = "documents"

urlpatterns = [
    path("", documents.listing, name="list"),
    path("new/<slug:kind>/", issuing.new, name="new"),
    path("queue/", signing.queue, name="queue"),
    path("kinds/", numbering.kinds, name="kinds"),
    path("signature/", signing.signature, name="signature"),
    path("mine/", mine.listing, name="mine"),
    path("<uuid:document>/", documents.page, name="document"),
    path("<uuid:document>/file.pdf", documents.file, name="file"),
    path("<uuid:document>/decline/", signing.decline, name="decline"),
    path("<uuid:document>/void/", documents.void, name="void"),
    path("<uuid:document>/replace/", issuing.replace, name="replace"),
]
