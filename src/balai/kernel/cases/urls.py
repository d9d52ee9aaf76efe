"""Pages of services and cases, mounted under a city: the desk's, and a resident's own."""

from balai.kernel.cases.views.desk.urls import urlpatterns as desk
from balai.kernel.cases.views.own.urls import urlpatterns as own

app_name = "cases"
urlpatterns = [*own, *desk]
