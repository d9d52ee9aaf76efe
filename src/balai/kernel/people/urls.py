"""The addresses of this room, under `/<city>/people/`."""

from __future__ import annotations

from django.urls import path

from balai.kernel.people.intake import views as intake
from balai.kernel.people.linkage import views as linkage
from balai.kernel.people.views import changes, desk, households, mine, officer, record, rights

app_name = "people"
urlpatterns = [
    path("", mine.mine, name="mine"),
    path("looks/", mine.looks, name="looks"),
    path("looks/<uuid:entry>/", mine.look, name="look"),
    path("consents/", mine.consents, name="consents"),
    path("contacts/", mine.contacts, name="contacts"),
    path("contacts/<uuid:contact>/code/", mine.contact_code, name="contact_code"),
    path("contacts/<uuid:contact>/remove/", mine.contact_gone, name="contact_gone"),
    path("copy/", mine.copy, name="copy"),
    path("copy.json", mine.copy_file, name="copy_file"),
    path("correct/", rights.correct, name="correct"),
    path("requests/", rights.requests, name="requests"),
    path("requests/<uuid:made>/", rights.one, name="request"),
    path("requests/<uuid:made>/withdraw/", rights.withdraw, name="withdraw"),
    path("officer/", officer.people, name="list"),
    path("officer/look-up/", officer.look_up, name="look_up"),
    path("officer/register/", officer.register, name="register"),
    path("officer/arrivals/", officer.arrive, name="arrive"),
    path("officer/imports/", intake.imports, name="imports"),
    path("officer/imports/<uuid:taken>/", intake.one, name="import"),
    path("officer/imports/<uuid:taken>/aside/", intake.aside_rows, name="import_aside"),
    path("officer/imports/<uuid:taken>/aside.xlsx", intake.aside_file, name="import_aside_file"),
    path("officer/imports/<uuid:taken>/aside/<uuid:row>/", intake.mend, name="import_mend"),
    path("officer/imports/<uuid:taken>/undo/", intake.undo, name="import_undo"),
    path("officer/duplicates/", linkage.pairs, name="pairs"),
    path("officer/duplicates/search/", linkage.search, name="search_pairs"),
    path("officer/duplicates/merges/", linkage.merges, name="merges"),
    path("officer/duplicates/merges/<uuid:merge>/undo/", linkage.undo, name="undo_merge"),
    path("officer/duplicates/<uuid:pair>/", linkage.pair, name="pair"),
    path("officer/<uuid:person>/", record.record, name="record"),
    path("officer/<uuid:person>/purpose/", record.purpose, name="purpose"),
    path("officer/<uuid:person>/show/", record.show, name="show"),
    path("officer/<uuid:person>/close/", record.close, name="close"),
    path("officer/<uuid:person>/looks/", record.history, name="history"),
    path("officer/<uuid:person>/edit/", changes.edit, name="edit"),
    path("officer/<uuid:person>/death/", changes.death, name="death"),
    path("officer/<uuid:person>/departure/", changes.departure, name="departure"),
    path("officer/<uuid:person>/number/", changes.number, name="number"),
    path("officer/<uuid:person>/household/", households.household, name="household"),
    path("officer/<uuid:person>/household/found/", households.found, name="found_household"),
    path("officer/<uuid:person>/household/move/", households.move, name="move_member"),
    path("officer/<uuid:person>/household/member/", households.member, name="add_member"),
    path("officer/<uuid:person>/household/remove/", households.remove, name="remove_member"),
    path("officer/<uuid:person>/household/relations/", households.relations, name="relations"),
    path("officer/<uuid:person>/household/split/", households.split, name="split_household"),
    path("officer/<uuid:person>/card-number/", households.card_number, name="card_number"),
    path("officer/<uuid:person>/address/", changes.address, name="address"),
    path("officer/<uuid:person>/contacts/", changes.contacts, name="officer_contacts"),
    path("officer/<uuid:person>/account/", changes.link, name="link"),
    path("officer/<uuid:person>/account/remove/", changes.unlink, name="unlink"),
    path("protection/", desk.desk, name="desk"),
    path("protection/looks/", desk.all_looks, name="all_looks"),
    path("protection/questions/<uuid:asked>/", desk.answer, name="answer"),
    path("protection/requests/<uuid:made>/", desk.handle, name="handle"),
    path("protection/requests/<uuid:made>/check/", desk.check, name="check"),
]
