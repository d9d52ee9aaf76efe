"""The network's addresses."""

from django.urls import path

from balai.network import views

app_name = "network"
INDICATOR = "plans/<slug:city>/indicators/<slug:code>/"

urlpatterns = [
    path("", views.home, name="home"),
    path("cities.csv", views.cities_csv, name="cities-csv"),
    path("cities/<slug:city>/", views.city, name="city"),
    path("plans/<slug:city>/", views.plan, name="plan"),
    path(INDICATOR, views.indicator, name="indicator"),
    path(f"{INDICATOR}values.csv", views.values_csv, name="values-csv"),
    path(f"{INDICATOR}records.csv", views.records_csv, name="records-csv"),
    path(f"{INDICATOR}records/<str:record>/", views.record, name="record"),
    path(f"{INDICATOR}recount/", views.recount, name="recount"),
    path(f"{INDICATOR}publish/", views.publish, name="publish"),
]
