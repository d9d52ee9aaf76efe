"""The addresses of notices, under a city."""

from django.urls import path

from balai.kernel.notices.views import inbox, outbox, preferences

app_name = "notices"
urlpatterns = [
    path("", outbox.listing, name="outbox"),
    path("outbox.csv", outbox.listing_csv, name="csv"),
    path("deliveries/<uuid:delivery>/", outbox.show, name="delivery"),
    path("deliveries/<uuid:delivery>/retry/", outbox.retry, name="retry"),
    path("templates/", outbox.templates, name="templates"),
    path("mine/", inbox.listing, name="inbox"),
    path("mine/read/", inbox.read_all, name="read-all"),
    path("mine/<uuid:notice>/", inbox.show, name="letter"),
    path("mine/<uuid:notice>/unread/", inbox.unread, name="unread"),
    path("preferences/", preferences.show, name="preferences"),
    path("preferences/trial/", preferences.trial, name="trial"),
    path("preferences/browsers/<uuid:browser>/forget/", preferences.forget, name="forget"),
]
