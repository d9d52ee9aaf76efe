"""A resident's own pages: they come before the desk's, for their paths are fixed words."""

from django.urls import URLPattern, path

from balai.kernel.cases.views.own import acting, asking, following

urlpatterns: list[URLPattern] = [
    path("new/", asking.catalogue, name="catalogue"),
    path("new/<slug:service>/", asking.new, name="new"),
    path("mine/", following.listing, name="mine"),
    path("mine/<uuid:case>/", following.own, name="own"),
    path("mine/<uuid:case>/edit/", asking.edit, name="edit"),
    path("mine/<uuid:case>/check/", asking.check, name="check"),
    path("mine/<uuid:case>/sent/", following.sent, name="sent"),
    path("mine/<uuid:case>/receipt/", following.receipt, name="receipt"),
    path("mine/<uuid:case>/answer/", acting.answer, name="answer"),
    path("mine/<uuid:case>/withdraw/", acting.withdraw, name="withdraw"),
    path("mine/<uuid:case>/appeal/", acting.appeal, name="appeal"),
    path("mine/<uuid:case>/note/", acting.note, name="note"),
    path("mine/<uuid:case>/papers/<uuid:file>/", following.paper, name="own_paper"),
]
