"""The addresses of jobs, under a city."""

from django.urls import path

from balai.kernel.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.listing, name="list"),
    path("jobs.csv", views.listing_csv, name="csv"),
    path("<uuid:job>/", views.show, name="job"),
    path("<uuid:job>/cancel/", views.cancel, name="cancel"),
    path("<uuid:job>/retry/", views.retry, name="retry"),
]
