"""The officers' pages: the queue first, then what stands under a fixed word, then a case."""

from django.urls import URLPattern, path

from balai.kernel.cases.views.desk import acting, case, definitions, load, queue

urlpatterns: list[URLPattern] = [
    path("", queue.queue, name="queue"),
    path("next/", queue.take_next, name="take_next"),
    path("workload/", load.workload, name="workload"),
    path("services/", definitions.services, name="services"),
    path("services/publish/", definitions.publish, name="publish"),
    path("services/<slug:code>/", definitions.service, name="service"),
    path("services/<slug:code>/move/", definitions.move, name="move"),
    path("services/<slug:code>/<int:version>/", definitions.version, name="version"),
    path("<uuid:case>/", case.desk, name="desk"),
    path("<uuid:case>/pane/", queue.pane, name="pane"),
    path("<uuid:case>/answers/", case.answers, name="answers"),
    path("<uuid:case>/answers/close/", case.close, name="close_answers"),
    path("<uuid:case>/print/", case.sheet, name="sheet"),
    path("<uuid:case>/document/", case.letter, name="letter"),
    path("<uuid:case>/papers/<uuid:file>/", case.paper, name="paper"),
    path("<uuid:case>/acts/<str:kind>/", acting.act, name="act"),
]
